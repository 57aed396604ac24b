"""A manifest's bytes are what the protocol says, and nothing else is read as one."""

import hashlib
import json
from typing import Any

import pytest

from twig.release import manifest, slot
from twig.release.errors import BadManifest, BadRelease

FILES = {"a.mpy": b"a" * 100, "b.mpy": b"b" * 50}
IMAGE = slot.pack(FILES)
FOUND = manifest.describe(IMAGE, "0.2.0-rc.1", 7, ["s26", "basic"])
RAW = FOUND.raw()


def changed(**fields: Any) -> bytes:
    """The manifest with other fields, in canonical form."""
    return manifest.canonical({**json.loads(RAW), **fields})


def complaint(raw: bytes) -> str:
    """What is said about what is no manifest."""
    with pytest.raises(BadManifest) as caught:
        manifest.parse(raw)
    assert "\n" not in caught.value.text
    return caught.value.text


def test_the_bytes_are_those_of_the_protocol() -> None:
    """Written out, since a device reads the same."""
    sha256 = hashlib.sha256(IMAGE).hexdigest()
    at = len(IMAGE) - 50 - len(b"\x05\x0a\x05b.mpy\x02\x32") + 0
    first, second = IMAGE[:at], IMAGE[at:]
    assert second[:9] == b"\x05\x3a\x05b.mpy\x02"
    expected = (
        '{"boards":["basic","s26"],'
        f'"image":{{"sha256":"{sha256}","size":{len(IMAGE)}}},'
        '"min_micropython":"1.25.0",'
        f'"segments":[[{len(first)},"{hashlib.sha256(first).hexdigest()}"],'
        f'[{len(second)},"{hashlib.sha256(second).hexdigest()}"]],'
        '"sequence":7,"version":"0.2.0-rc.1"}'
    )
    assert expected.encode() == RAW


def test_reads_back() -> None:
    assert manifest.parse(RAW) == FOUND
    FOUND.check(IMAGE)


@pytest.mark.parametrize("version", ["0.1.0", "1.2.3", "1.0.0-alpha.1", "1.0.0+build.5", "10.20.30-a.b+c"])
def test_versions(version: str) -> None:
    assert manifest.describe(IMAGE, version, 1, ["s26"]).version == version


@pytest.mark.parametrize(
    "version",
    [
        "",
        "1",
        "1.2",
        "1.2.3.4",
        "01.2.3",
        "1.2.3-",
        "1.2.3-01",
        "v1.2.3",
        "1.2.3\n",
        1,
        None,
        "1.2.3-" + "a" * 64,
    ],
)
def test_what_is_no_version(version: Any) -> None:
    assert "its version" in complaint(changed(version=version))


@pytest.mark.parametrize("sequence", [0, -1, 1 << 32, True, 1.0, "1", None])
def test_what_is_no_sequence(sequence: Any) -> None:
    assert "its sequence" in complaint(changed(sequence=sequence))


def test_the_largest_sequence() -> None:
    assert manifest.parse(changed(sequence=(1 << 32) - 1)).sequence == (1 << 32) - 1


@pytest.mark.parametrize(
    ("boards", "words"),
    [
        ([], "no names such as s26"),
        (["S26"], "no names such as s26"),
        (["a b"], "no names such as s26"),
        (["../x"], "no names such as s26"),
        ([7], "no names such as s26"),
        ([f"b{n}" for n in range(17)], "no names such as s26"),
        (["s26", "basic"], "not in order"),
        (["s26", "s26"], "not in order"),
    ],
)
def test_what_are_no_boards(boards: list[Any], words: str) -> None:
    assert words in complaint(changed(boards=boards))


@pytest.mark.parametrize("micropython", ["1.25", "1.25.0-preview", 1.25, None])
def test_what_is_no_micropython(micropython: Any) -> None:
    assert "its min_micropython" in complaint(changed(min_micropython=micropython))


SEGMENTS = [[each.size, each.sha256] for each in FOUND.segments]
SUM = FOUND.sha256


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"image": {"size": FOUND.size + 1, "sha256": SUM}}, "do not cover the image"),
        ({"image": {"size": 0, "sha256": SUM}}, "a size or a SHA-256"),
        ({"image": {"size": FOUND.size, "sha256": SUM.upper()}}, "a size or a SHA-256"),
        ({"image": {"size": FOUND.size, "sha256": SUM[:-1]}}, "a size or a SHA-256"),
        ({"image": {"size": FOUND.size, "sha256": SUM, "more": 1}}, "fields that are not known"),
        ({"segments": SEGMENTS[:1]}, "do not cover the image"),
        ({"segments": [*SEGMENTS, [0, SUM]]}, "a size or a SHA-256"),
        ({"segments": [[FOUND.size + 1, SUM], [-1, SUM]]}, "a size or a SHA-256"),
        ({"segments": []}, "do not cover the image"),
        ({"segments": [[1, SUM, 2]]}, "no JSON object with the fields"),
        ({"segments": 5}, "no JSON object with the fields"),
        ({"image": {"size": 28 * 4096, "sha256": SUM}, "segments": [[28 * 4096, SUM]]}, "more than 28"),
        ({"image": {"size": 10**15, "sha256": SUM}, "segments": [[10**15, SUM]]}, "more than 28"),
        ({"more": 1}, "fields that are not known"),
    ],
)
def test_what_does_not_fit_together(fields: dict[str, Any], words: str) -> None:
    assert words in complaint(changed(**fields))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "no JSON object"),
        (b"[]", "no JSON object"),
        (b"null", "no JSON object"),
        (b"{}", "no JSON object"),
        (b"\xff\xfe", "no JSON object"),
        (b"[" * 9_000, "no JSON object"),
        (RAW[:-1], "no JSON object"),
        (RAW.replace(b'":7', b'": 7'), "no canonical JSON"),
        (RAW + b"\n", "no canonical JSON"),
        (RAW.replace(b'{"boards"', b'{"version":"9.9.9","boards"', 1), "no canonical JSON"),
        (json.dumps(json.loads(RAW)).encode(), "no canonical JSON"),
        (RAW.decode().encode("utf-16"), "no canonical JSON"),
        (b" " * 20_000, "more than 16,384 bytes"),
    ],
)
def test_what_is_no_manifest(raw: bytes, words: str) -> None:
    assert words in complaint(raw)


def test_an_image_that_is_not_its_own() -> None:
    with pytest.raises(BadRelease, match=r"The image has .* and its manifest says"):
        FOUND.check(IMAGE + b"\0")
    other = IMAGE[:-1] + b"!"
    with pytest.raises(BadRelease, match="The image is not that of its manifest"):
        FOUND.check(other)


def test_segments_that_are_cut_elsewhere() -> None:
    whole = manifest.parse(changed(segments=[[FOUND.size, SUM]]))
    with pytest.raises(BadManifest, match="its segments are not those of the image"):
        whole.check(IMAGE)


def test_as_many_members_as_a_slot_may_have() -> None:
    """A manifest of more would not be taken; a slot has about 80."""
    many = slot.pack({f"{number:03}.mpy": b"x" for number in range(200)})
    assert len(manifest.describe(many, "0.1.0", 1, ["s26"]).raw()) < manifest.LARGEST
