"""Where an image is cut: along its members, whatever stands between them."""

import hashlib

import pytest
from mpremote.romfs import VfsRomWriter

from twig.release import segments, slot
from twig.release.errors import BadImage
from twig.release.segments import Segment

FILES = {"a.mpy": b"a" * 100, "b.mpy": b"", "c.mpy": b"c" * 20_000, "d.html": b"\x05\x04" * 300}


def record(kind: int, payload: bytes) -> bytes:
    """A record by the format alone; lengths below 128."""
    return bytes([kind, len(payload)]) + payload


def member(name: bytes, data: bytes) -> bytes:
    """A member file."""
    return record(5, bytes([len(name)]) + name + record(2, data))


def image(payload: bytes) -> bytes:
    """A whole image; of an even length, as its writer makes them."""
    head = b"\xd2\xcd\x31" + (b"" if len(payload) % 2 == 0 else b"\x80") + bytes([len(payload)])
    return head + payload


def test_a_segment_is_a_members_record() -> None:
    """The first one has the image's head too."""
    a, b = member(b"a", b"one"), member(b"b", b"two")
    assert segments.ends(image(a + b)) == [len(image(a + b)) - len(b), len(image(a + b))]
    cut = segments.cut(image(a + b))
    assert cut[1] == Segment(len(b), hashlib.sha256(b).hexdigest())
    assert cut[0].size == len(image(a + b)) - len(b)


def test_they_cover_the_image() -> None:
    packed = slot.pack(FILES)
    cut = segments.cut(packed)
    assert len(cut) == len(FILES)
    at = 0
    for each in cut:
        assert hashlib.sha256(packed[at : at + each.size]).hexdigest() == each.sha256
        at += each.size
    assert at == len(packed)


def test_what_stands_between_belongs_to_the_next_and_what_is_left_to_the_last() -> None:
    a, b, c, pad = member(b"a", b"1"), member(b"b", b"2"), member(b"c", b"3"), record(1, b"xx")
    folder = record(4, b"\x01f" + b + c)
    whole = image(a + pad + folder + record(4, b"\x01e") + pad)
    head = len(whole) - len(a + pad + folder + record(4, b"\x01e") + pad)
    between = len(folder) - len(b + c)
    first = head + len(a)
    second = first + len(pad) + between + len(b)
    assert segments.ends(whole) == [first, second, len(whole)]


def test_equal_members_are_equal_segments() -> None:
    """Another member in front changes its neighbours' places and nothing else."""
    old = segments.cut(slot.pack({**FILES, "0.mpy": b"0"}))
    new = segments.cut(slot.pack({**FILES, "0.mpy": b"0" * 1000, "a1.mpy": b"new", "c.mpy": b"C" * 20_000}))
    missing = segments.missing(new, old)
    assert [each.size for each in missing] == [new[0].size, new[2].size, new[4].size]
    assert segments.missing(new, new) == []
    assert segments.missing(new, ()) == list(new)


def test_a_segment_that_comes_twice_is_fetched_once() -> None:
    twice = (Segment(5, "aa"), Segment(6, "bb"), Segment(5, "aa"))
    assert segments.missing(twice, [Segment(6, "bb")]) == [Segment(5, "aa")]


def test_no_member_is_one_segment() -> None:
    empty = bytes(VfsRomWriter().finalise())
    assert segments.cut(empty) == (Segment(len(empty), hashlib.sha256(empty).hexdigest()),)


def deep(levels: int) -> bytes:
    """A member in so many directories."""
    inner = member(b"m", b"")
    for _ in range(levels):
        inner = record(4, b"\x01d" + inner)
    return image(inner)


def test_directories_in_directories() -> None:
    assert segments.ends(deep(8)) == [len(deep(8))]
    with pytest.raises(BadImage, match="more than 8 deep"):
        segments.ends(deep(9))


GOOD = slot.pack(FILES)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (b"", "no number at byte 0"),
        (b"\xd2\xcd\x31", "no number at byte 3"),
        (GOOD[:-1], "longer than what holds it"),
        (GOOD + b"\0", "has not the length"),
        (b"\xd2\xcd\x32" + GOOD[3:], "does not begin as a ROMFS"),
        (image(record(5, b"x" * 5)[:-1]), "longer than what holds it"),
        (image(b"\xff" * 9), "no number"),
        (image(record(4, b"\x09abc")), "directory.s name at byte 6 is longer"),
        (image(record(4, b"\x01d" + b"\x05\x20")), "longer than what holds it"),
    ],
)
def test_what_is_no_image(wrong: bytes, words: str) -> None:
    with pytest.raises(BadImage, match=words):
        segments.ends(wrong)


def test_no_cut_off_image_gets_through() -> None:
    small = slot.pack({"a": b"1", "b": b"22"})
    for size in range(len(small)):
        with pytest.raises(BadImage):
            segments.ends(small[:size])
