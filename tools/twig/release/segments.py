"""Where an image is cut into segments: one per member file, so that equal members are equal segments.

A segment ends where a member file's record ends. The first begins at 0; what stands between two members (the
head of a directory) belongs to the segment of the second, what stands behind the last one to its segment.
A device finds the same cuts in the image that it has: `ends` looks at the heads of records only.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from twig.release.errors import BadImage

# MicroPython's docs/reference/romfs: a record is kind, length, payload; numbers are 7-bit groups, big-endian.
ROOT = 0x14A6B1  # the kind of the whole image: D2 CD 31
DIRECTORY, FILE = 4, 5
NUMBER = 5  # bytes of the longest number that is read
DEPTH = 8  # of directories in directories; a slot has none


@dataclass(frozen=True)
class Segment:
    """A piece of an image: bytes, and their SHA-256 in hex."""

    size: int
    sha256: str


def cut(image: bytes) -> tuple[Segment, ...]:
    """The segments of an image, in order; they cover it. BadImage when it is no ROMFS."""
    marks = [0, *ends(image)]
    return tuple(Segment(end - at, hashlib.sha256(image[at:end]).hexdigest()) for at, end in pairwise(marks))


def missing(wanted: Sequence[Segment], present: Sequence[Segment]) -> list[Segment]:
    """What has to be fetched of `wanted` where `present` is there; a segment that comes twice once."""
    known = set(present)
    return list(dict.fromkeys(each for each in wanted if each not in known))


def ends(image: bytes) -> list[int]:
    """The offset behind each segment. BadImage when it is no ROMFS, or one that is cut off."""
    kind, at, end = _record(image, 0, len(image))
    if kind != ROOT or end != len(image):
        raise BadImage("it does not begin as a ROMFS does, or has not the length that it says")
    found = list(_members(image, at, end, DEPTH))
    return [*found[:-1], end]


def _members(image: bytes, at: int, end: int, depth: int) -> Iterator[int]:
    """The offset behind each member file between two offsets, in order."""
    while at < end:
        kind, start, at = _record(image, at, end)
        if kind == DIRECTORY:
            if not depth:
                raise BadImage(f"it has directories more than {DEPTH} deep")
            length, name = _number(image, start, at)
            if name + length > at:
                raise BadImage(f"the directory's name at byte {start} is longer than what holds it")
            yield from _members(image, name + length, at, depth - 1)
        elif kind == FILE:
            yield at


def _record(image: bytes, at: int, end: int) -> tuple[int, int, int]:
    """(kind, offset of the payload, offset behind it) of the record there."""
    kind, at = _number(image, at, end)
    length, at = _number(image, at, end)
    if at + length > end:
        raise BadImage(f"the record at byte {at} is longer than what holds it")
    return kind, at, at + length


def _number(image: bytes, at: int, end: int) -> tuple[int, int]:
    """The number there and the offset behind it."""
    value = 0
    for place in range(at, min(at + NUMBER, end)):
        value = value << 7 | image[place] & 127
        if image[place] < 128:
            return value, place + 1
    raise BadImage(f"there is no number at byte {at}")
