"""The manifest: its canonical form is read piece by piece, and nothing else is."""

import hashlib
import io
import json
import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.update import listed, manifest
from firmware.update.errors import Refused
from tests_host import releases
from twig.release import slot

IMAGE = releases.image(releases.members(9))
RAW = releases.manifest(IMAGE)
OFFER = (releases.VERSION, releases.SEQUENCE, releases.BOARD)
REASON_MOST = 40  # bytes of a reason
HEX = "ab" * 32


def check(raw, version=releases.VERSION, sequence=releases.SEQUENCE, board=releases.BOARD):
    out = io.BytesIO(bytes(listed.KEY))
    out.seek(listed.KEY)
    assert set(manifest.check(io.BytesIO(raw), out, version, sequence, board)) == {None}
    size, digest = struct.unpack_from(listed.IMAGE, out.getvalue(), listed.KEY)
    return size, digest, list(listed.segments(out))


def refusal(raw, *offer):
    with pytest.raises(Refused) as caught:
        check(raw, *offer)
    assert len(str(caught.value)) <= REASON_MOST
    return str(caught.value)


def made(**changes):
    return releases.manifest(IMAGE, **changes)


def of_sizes(*sizes, **changes):
    """A manifest of segments of these sizes."""
    return made(
        image={"size": sum(sizes), "sha256": HEX}, segments=[[size, HEX] for size in sizes], **changes
    )


def test_a_good_one():
    parts = [(len(part), hashlib.sha256(part).digest()) for part in releases.cut(IMAGE)]
    assert check(RAW) == (len(IMAGE), hashlib.sha256(IMAGE).digest(), parts)


def test_what_it_writes():
    out = io.BytesIO()
    list(manifest.check(io.BytesIO(RAW), out, *OFFER))
    assert out.getvalue() == releases.listed(IMAGE)[listed.KEY :]


def test_it_pauses_after_each_segment():
    steps = list(manifest.check(io.BytesIO(RAW), io.BytesIO(), *OFFER))
    assert steps == [None] * len(releases.cut(IMAGE))


@given(st.lists(st.integers(1, 4000), min_size=1, max_size=20), st.integers(1, 2**32 - 1), st.randoms())
def test_whatever_the_lengths(sizes, sequence, rng):
    boards = [rng.choice(("s26", "mini")) + "_" * rng.randrange(30) for _ in range(rng.randrange(9))]
    version = f"{rng.randrange(1000)}.{rng.randrange(1000)}.0-rc.1+b"
    raw = of_sizes(*sizes, sequence=sequence, boards=[*boards, "me"], version=version)
    found = check(raw, version, sequence, "me")
    assert found == (sum(sizes), bytes.fromhex(HEX), [(size, bytes.fromhex(HEX)) for size in sizes])


@pytest.mark.parametrize(
    ("raw", "offer", "reason"),
    [
        (RAW, ("1.2.4", *OFFER[1:]), "version"),
        (RAW, (OFFER[0], 8, OFFER[2]), "version"),
        (RAW, (*OFFER[:2], "s2"), "other board"),
        (RAW, (*OFFER[:2], "s260"), "other board"),
        (made(boards=["basic"]), OFFER, "other board"),
        (made(min_micropython="9999.0.0"), OFFER, "needs MicroPython 9999.0.0"),
        (made(min_micropython="9999"), OFFER, "needs MicroPython 9999"),
        (of_sizes(manifest.MOST_IMAGE + 1), OFFER, "too large"),
    ],
)
def test_refused_by_name(raw, offer, reason):
    assert reason in refusal(raw, *offer)


@pytest.mark.parametrize("least", ["1.25.0", "1.25", "1", "0.0.0", "3.11", "3.10.9999"])
def test_versions_of_micropython_that_will_do(least):
    """What runs these tests is CPython 3.11 or later."""
    assert check(made(min_micropython=least))


def test_the_largest_image_is_the_release_tools():
    assert slot.blocks(bytes(manifest.MOST_IMAGE)) == slot.MOST_BLOCKS
    assert slot.blocks(bytes(manifest.MOST_IMAGE + 1)) == slot.MOST_BLOCKS + 1
    assert check(of_sizes(manifest.MOST_IMAGE))[0] == manifest.MOST_IMAGE


def test_the_most_that_is_read():
    count = manifest.MOST_SEGMENTS
    assert check(of_sizes(*[1] * count))[0] == count
    assert refusal(of_sizes(*[1] * (count + 1))) == manifest.BAD
    boards = [f"b{number}" for number in range(manifest.MOST_BOARDS - 1)]
    assert check(made(boards=[*boards, "s26"]))
    assert refusal(made(boards=[*boards, "more", "s26"])) == manifest.BAD


def changed(**changes):
    """Values that are wrong, in the right form."""
    return releases.canonical({**releases.described(IMAGE), **changes})


SEGMENTS = releases.described(IMAGE)["segments"]
SHA = releases.described(IMAGE)["image"]["sha256"]
NO_VERSIONS = ("", "1.", ".1", "01.2", "1.x", "1.25-p", "1_0", "+1")
WRONG = {
    "nothing": b"",
    "no object": b"[]",
    "a byte less": RAW[:-1],
    "a byte more": RAW + b"\n",
    "a space before": b" " + RAW,
    "a mark before": b"\xef\xbb\xbf" + RAW,
    "twice": RAW + RAW,
    "spaces": json.dumps(releases.described(IMAGE), sort_keys=True).encode(),
    "indented": json.dumps(releases.described(IMAGE), sort_keys=True, indent=1).encode(),
    "in another order": json.dumps(releases.described(IMAGE), separators=(",", ":")).encode(),
    "one more key": changed(extra=1),
    "one more key first": changed(a=1),
    "one more key last": changed(z=1),
    "one more key of the image": changed(image={"size": len(IMAGE), "sha256": SHA, "a": 1}),
    "no boards": changed(boards=[]),
    "an empty board": changed(boards=["", "s26"]),
    "boards as a text": changed(boards="s26"),
    "a number as a board": changed(boards=[1, "s26"]),
    "an escape in a board": RAW.replace(b'"s26"', b'"s\\u00326"'),
    "a quote in a board": changed(boards=['s"26', "s26"]),
    "a long board": changed(boards=["s" * 100, "s26"]),
    "no UTF-8": RAW.replace(b'"s26"', b'"s26","\xff"'),
    "no segments": changed(segments=[]),
    "segments as a text": changed(segments="no"),
    "a segment of nothing": changed(segments=[[0, HEX], *SEGMENTS]),
    "a negative segment": changed(segments=[[-5, HEX], *SEGMENTS]),
    "a segment of one value": changed(segments=[[5], *SEGMENTS]),
    "a segment of three": changed(segments=[[*SEGMENTS[0], 1], *SEGMENTS[1:]]),
    "a segment as an object": changed(segments=[{"size": 5}, *SEGMENTS[1:]]),
    "a segment as a text": RAW.replace(b"[%d," % SEGMENTS[1][0], b'["%d",' % SEGMENTS[1][0]),
    "a segment missing": changed(segments=SEGMENTS[1:]),
    "a segment more": changed(segments=[*SEGMENTS, [1, HEX]]),
    "a zero before a size": RAW.replace(b"[%d," % SEGMENTS[1][0], b"[0%d," % SEGMENTS[1][0]),
    "a plus": RAW.replace(b"[%d," % SEGMENTS[1][0], b"[+%d," % SEGMENTS[1][0]),
    "a fraction": RAW.replace(b"[%d," % SEGMENTS[1][0], b"[%d.0," % SEGMENTS[1][0]),
    "a comma at the end": RAW.replace(b"]],", b"],],"),
    "a short digest": changed(segments=[[SEGMENTS[0][0], HEX[:-2]], *SEGMENTS[1:]]),
    "a long digest": changed(segments=[[SEGMENTS[0][0], HEX + "00"], *SEGMENTS[1:]]),
    "an upper-case digest": changed(image={"size": len(IMAGE), "sha256": SHA.upper()}),
    "no digest": changed(image={"size": len(IMAGE), "sha256": "x" * 64}),
    "image of another size": changed(image={"size": len(IMAGE) + 1, "sha256": SHA}),
    "image of a huge size": changed(image={"size": 10**30, "sha256": SHA}),
    "image of no size": changed(image={"size": None, "sha256": SHA}),
    "version as a number": changed(version=1),
    "version with an escape": changed(version='1.2.3"'),
    "no version": changed(version=""),
    "sequence 0": changed(sequence=0),
    "sequence as a text": changed(sequence="7"),
    "sequence of 33 bits": changed(sequence=1 << 32),
    "sequence of many digits": changed(sequence=10**300),
    "true": changed(sequence=True),
    **{f"MicroPython {text!r}": changed(min_micropython=text) for text in NO_VERSIONS},
}


@pytest.mark.parametrize("raw", WRONG.values(), ids=WRONG)
def test_anything_else_is_refused(raw):
    assert raw != RAW
    assert refusal(raw) == manifest.BAD


@given(st.integers(0, len(RAW) - 1), st.binary(max_size=3), st.integers(0, 3))
def test_mutated(at, put, gone):
    raw = RAW[:at] + put + RAW[at + gone :]
    try:
        check(raw)
    except Refused:
        return
    assert releases.canonical(json.loads(raw)) == raw
    assert set(json.loads(raw)) == set(json.loads(RAW))


@given(st.binary(max_size=300))
def test_bytes_that_are_no_manifest(raw):
    refusal(raw)


def test_cut_off_anywhere():
    for length in range(len(RAW)):
        assert refusal(RAW[:length]) == manifest.BAD


def test_it_reads_in_small_pieces():
    """However long what should be short is, no more of it is held."""

    class Endless:
        reads = 0

        def read(self, count):
            assert count <= 128
            self.reads += 1
            return b'{"boards":["' if self.reads == 1 else b"s" * count

    file = Endless()
    with pytest.raises(Refused):
        list(manifest.check(file, io.BytesIO(), *OFFER))
    assert file.reads < 4


def test_random_documents_of_the_right_keys():
    rng = random.Random(1)
    for _ in range(300):
        value = releases.described(IMAGE)
        value[rng.choice(list(value))] = rng.choice(([], {}, None, 0, -1, 1.5, "x", [[]], {"size": 1}))
        with pytest.raises(Refused):
            check(releases.canonical(value))
