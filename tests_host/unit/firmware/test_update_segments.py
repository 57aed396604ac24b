"""Segments of an image: cut where the release tool cuts, and found again by their digests."""

import hashlib
import io
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpremote.romfs import VfsRomWriter

from firmware.update import index, segments
from tests_host import releases
from tests_host.unit.release import romfs

NAMES = st.text("abcdefgh", min_size=1, max_size=200)
TREES = st.recursive(
    st.binary(max_size=300), lambda inner: st.dictionaries(NAMES, inner, max_size=5), max_leaves=20
)


def packed(tree):
    writer = VfsRomWriter()

    def pack(folder):
        for name, content in folder.items():
            if isinstance(content, bytes):
                writer.mkfile(name, content)
            else:
                writer.opendir(name)
                pack(content)
                writer.closedir()

    pack(tree)
    return bytes(writer.finalise())


def cut(image):
    ends = list(segments.ends(io.BytesIO(image)))
    assert ends == sorted(set(ends)) and ends[-1] == len(image)
    return [image[begin:end] for begin, end in itertools.pairwise([0, *ends])]


def known(image):
    *before, found = segments.steps(io.BytesIO(image))
    assert set(before) <= {None}
    return found


IMAGE = releases.image(releases.members(11))


def test_one_for_each_member():
    found = cut(IMAGE)
    assert b"".join(found) == IMAGE
    assert found == releases.cut(IMAGE)
    contents = list(romfs.read(IMAGE).values())
    assert len(found) == len(contents) == 12
    assert all(part.endswith(content) for part, content in zip(found, contents, strict=True))


def test_a_change_of_one_member_changes_one_segment():
    """The image's own head stands in the first one, and says how long it is."""
    other = releases.image(releases.members(11, version=1))
    assert len(other) == len(IMAGE)
    assert sum(a != b for a, b in zip(cut(IMAGE), cut(other), strict=True)) == 4


def test_a_folders_head_goes_with_the_member_behind_it():
    image = packed({"a": {"b": {"c": b"1"}, "d": b"2"}, "e": {}, "f": b"3", "g": {"h": {}}})
    one, two, three = cut(image)
    assert (b"a" in one, b"b" in one, one[-1:]) == (True, True, b"1")
    assert two[-1:] == b"2"
    assert b"e" in three and b"g" in three and b"h" in three


@given(st.dictionaries(NAMES, TREES, max_size=5))
def test_any_image(tree):
    image = packed(tree)
    assert b"".join(cut(image)) == image
    if romfs.read(image):
        assert cut(image) == releases.cut(image)
    else:
        assert cut(image) == [image]


def test_padding_and_unknown_records_end_no_segment():
    writer = VfsRomWriter()
    writer.mkfile("a", b"1")
    writer._extend(writer._pack(1, b"\0" * 40) + writer._pack(2, b"data") + writer._pack(99, b"?"))
    writer.mkfile("b", b"2")
    writer._extend(writer._pack(1, b"\0" * 7))
    image = bytes(writer.finalise())
    one, two = cut(image)
    assert one.endswith(b"1")
    assert two.endswith(b"\0" * 7)


def test_what_lies_behind_the_image_belongs_to_the_last_one():
    more = VfsRomWriter()
    record = more._pack(5, b"\1a" + more._pack(2, b"?"))
    assert cut(IMAGE + record) == [*cut(IMAGE)[:-1], cut(IMAGE)[-1] + record]


@given(st.integers(0, len(IMAGE) - 1), st.binary(max_size=4), st.integers(0, 4), st.booleans())
def test_a_damaged_image_is_cut_somehow(at, put, gone, short):
    image = IMAGE[:at] + put + (b"" if short else IMAGE[at + gone :])
    assert b"".join(cut(image)) == image


@given(st.binary(max_size=200).map(lambda tail: b"\xd2\xcd\x31" + tail) | st.binary(max_size=50))
def test_what_is_no_image(raw):
    assert b"".join(cut(raw)) == raw


def test_a_folder_that_holds_itself_ends():
    assert cut(b"\xd2\xcd\x31\x7f" + b"\x04\x02\x00\x00" * 200)


def test_found_by_size_and_digest():
    found, at = known(IMAGE), 0
    for part in releases.cut(IMAGE):
        digest = hashlib.sha256(part).digest()
        place = index.find(found, len(part), digest)
        assert IMAGE[place : place + len(part)] == part
        assert place <= at  # an equal one may stand before
        assert index.find(found, len(part) + 1, digest) == -1
        assert index.find(found, len(part), digest[:3] + bytes([digest[3] ^ 1]) + digest[4:]) == -1
        assert index.find(found, len(part), digest[::-1]) == -1
        at += len(part)


def test_it_is_compact_and_made_in_small_steps():
    rows = known(IMAGE)
    assert sum(map(len, rows)) == 8 * (12 + len(rows))
    assert max(map(len, rows)) <= 104
    assert len(list(segments.steps(io.BytesIO(IMAGE)))) > len(IMAGE) // 512


@pytest.mark.parametrize("empty", [b"", bytearray()])
def test_without_an_image(empty):
    assert index.find(known(empty), 0, b"\1" * 32) == -1
    assert index.find([], 5, b"\1" * 32) == -1
