"""What the release port answers, without a socket."""

import hashlib
import json
from pathlib import Path

import pytest

from tests_host import signed
from twig.hub.releases import Releases
from twig.hub.releases.http import Answer, answer

MADE = signed.release(7)
SIZE = len(MADE.image)
FILE = b"/files/" + MADE.manifest.sha256.encode()


@pytest.fixture
async def releases(tmp_path: Path) -> Releases:
    """One release, for the S26."""
    found = Releases(tmp_path)
    await found.trust(signed.pem())
    await found.publish(MADE.encode())
    return found


def get(releases: Releases, target: bytes, **given: bytes) -> Answer:
    """The answer to a GET; headers with underscores for dashes."""
    return answer(
        releases, b"GET", target, {name.replace("_", "-").encode(): it for name, it in given.items()}
    )


async def test_the_newest_release_of_a_board(releases: Releases) -> None:
    found = get(releases, b"/release/s26")
    assert found.status == 200
    assert ("Content-Type", "application/json") in found.headers
    assert json.loads(found.text) == {
        "version": "0.1.0",
        "sequence": 7,
        "manifest": hashlib.sha256(MADE.raw).hexdigest(),
        "signature": MADE.signatures[0].raw.hex(),
    }
    await releases.publish(signed.release(8).encode())
    await releases.publish(signed.release(6).encode(), older=True)
    assert json.loads(get(releases, b"/release/s26").text)["sequence"] == 8


async def test_a_plug_that_trusts_one_key_only_finds_its_signature(releases: Releases) -> None:
    """Whichever it is: a file has two at most, and what is published gets more by and by."""
    made = [signed.release(7, keys=(0, 1)), signed.release(7, keys=(2,))]
    for number, each in ((1, made[0]), (2, made[1])):
        await releases.trust(signed.pem(number))
        await releases.publish(each.encode())
    said = json.loads(get(releases, b"/release/s26").text)
    wanted = [one.raw.hex() for each in made for one in each.signatures]
    assert [said["signature"], *said["other_signatures"]] == wanted


NOWHERE = [
    *(b"/", b"*", b"/release", b"/release/", b"/release/basic", b"/release/s26/", b"/release/S26"),
    *(b"/release/%73%32%36", b"/release/..", b"/release/" + b"a" * 4000, b"/files", b"/files/"),
    *(b"/files/../index.json", b"/files/" + b"00" * 32, FILE[:-1], FILE + b"0", FILE.upper()),
    *(b"/files//" + FILE[7:], b"http://x" + FILE),
]


@pytest.mark.parametrize("target", NOWHERE)
async def test_what_is_not_there(releases: Releases, target: bytes) -> None:
    found = get(releases, target)
    assert (found.status, found.file) == (404, "")


async def test_a_file(releases: Releases) -> None:
    for target in (FILE, FILE + b"?again=1"):
        found = get(releases, target)
        assert (found.status, found.offset, found.count, found.length) == (200, 0, SIZE, SIZE)
        assert ("Accept-Ranges", "bytes") in found.headers
        assert ("ETag", f'"{MADE.manifest.sha256}"') in found.headers


@pytest.mark.parametrize(
    ("wanted", "first", "count"),
    [
        (b"bytes=0-0", 0, 1),
        (b"bytes=5-20", 5, 16),
        (b"bytes=100-", 100, SIZE - 100),
        (b"bytes=-10", SIZE - 10, 10),
        (b"bytes=-99999", 0, SIZE),
        (b"bytes=0-99999", 0, SIZE),
        (b"bytes=%d-" % (SIZE - 1), SIZE - 1, 1),
        (b" bytes=5-20 ", 5, 16),
    ],
)
async def test_a_part_of_a_file(releases: Releases, wanted: bytes, first: int, count: int) -> None:
    found = get(releases, FILE, range=wanted)
    assert (found.status, found.offset, found.count) == (206, first, count)
    assert ("Content-Range", f"bytes {first}-{first + count - 1}/{SIZE}") in found.headers


@pytest.mark.parametrize(
    "wanted", [b"bytes=%d-" % SIZE, b"bytes=999999-", b"bytes=-0", b"bytes=%d-%d" % (SIZE, SIZE)]
)
async def test_a_part_that_is_not_there(releases: Releases, wanted: bytes) -> None:
    found = get(releases, FILE, range=wanted)
    assert (found.status, found.file) == (416, "")
    assert ("Content-Range", f"bytes */{SIZE}") in found.headers


@pytest.mark.parametrize(
    "wanted",
    [
        b"",
        b"bytes=-",
        b"bytes=9-5",
        b"bytes=a-b",
        b"bytes=0-1,3-4",
        b"lines=0-1",
        b"bytes=0",
        b"bytes=" + b"9" * 50 + b"-",
    ],
)
async def test_what_is_no_range_gets_the_whole(releases: Releases, wanted: bytes) -> None:
    """RFC 9110, 14.2: a server may ignore the header, and ignores what it does not understand."""
    assert get(releases, FILE, range=wanted).status == 200


async def test_a_part_of_another_file(releases: Releases) -> None:
    same = f'"{MADE.manifest.sha256}"'.encode()
    assert get(releases, FILE, range=b"bytes=0-1", if_range=same).status == 206
    assert get(releases, FILE, range=b"bytes=0-1", if_range=b'"other"').status == 200


@pytest.mark.parametrize("method", [b"POST", b"PUT", b"DELETE", b"OPTIONS", b"get", b"BREW"])
async def test_nothing_but_reading(releases: Releases, method: bytes) -> None:
    found = answer(releases, method, FILE, {})
    assert found.status == 405
    assert ("Allow", "GET, HEAD") in found.headers
