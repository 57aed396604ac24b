"""The partition table inside an image of MicroPython for an ESP32."""

import struct
from typing import NamedTuple

from twig.hardware.chips import BLOCK, Layout

ENTRY = struct.Struct("<HBBII16sI")  # magic, type, subtype, place, bytes, name, flags
MAGIC = 0x50AA
TABLE_SIZE = 0xC00
APPLICATION = 0
FILES = "vfs"  # MicroPython's name for where its file system is


class Partition(NamedTuple):
    """`start`, `size`: bytes in the flash."""

    kind: int
    start: int
    size: int
    name: str


def read(table: bytes) -> list[Partition]:
    """The entries up to the first that is none."""
    found = []
    for at in range(0, len(table) - ENTRY.size + 1, ENTRY.size):
        magic, kind, _, start, size, name, _ = ENTRY.unpack_from(table, at)
        if magic != MAGIC:
            break
        found.append(Partition(kind, start, size, name.rstrip(b"\0").decode("ascii", "replace")))
    return found


def application(partitions: list[Partition]) -> Partition | None:
    """The one that holds MicroPython; None when there is none or more than one."""
    found = [each for each in partitions if each.kind == APPLICATION]
    return found[0] if len(found) == 1 else None


def has_files(partitions: list[Partition], layout: Layout) -> bool:
    """Whether MicroPython looks for its files where the layout has them."""
    wanted = (FILES, layout.start, layout.blocks * BLOCK)
    return wanted in [(each.name, each.start, each.size) for each in partitions]
