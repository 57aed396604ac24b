"""A read-only view of a slot image (ROMFS in one file), mounted at /slot. Outside the slots, never updated.

Format: MicroPython's docs/reference/romfs. Every record is kind, length (7-bit groups, big-endian), payload.
"""

import io
import os
import sys

import vfs

DIRECTORY = 4
FILE = 5
HEAD = 48  # bytes that hold any record's kind, length and name
ENOENT = 2
BUFFER_SIZE = 11  # MP_STREAM_GET_BUFFER_SIZE: fewer and longer reads while a module loads
READ_SIZE = 128

ALIAS = "load"  # no module of a slot has this name
ALIAS_PATH = "/load.mpy"

active = ""  # the slot that is mounted: "a" or "b"; empty where the firmware runs from its sources
_loaded = ""  # the path that ALIAS_PATH stands for


def _number(raw, at):
    value = 0
    while True:
        byte = raw[at]
        at += 1
        value = value << 7 | byte & 127
        if byte < 128:
            return value, at


class _Member(io.IOBase):
    """One file of the image, open for reading."""

    def __init__(self, image, at, end):
        self._image = image
        self._at = at
        self._end = end

    def readinto(self, buffer):
        """Fill the buffer with up to its length of bytes; their number."""
        self._image.seek(self._at)
        count = self._image.readinto(buffer, min(len(buffer), self._end - self._at))
        self._at += count
        return count

    def ioctl(self, request, _):
        """The stream protocol's close, and the size of reads that suits the flash."""
        return READ_SIZE if request == BUFFER_SIZE else 0


class Slot:
    """The VFS of one image; path is that of the image file."""

    def __init__(self, path):
        self._image = open(path, "rb")

    def _record_at(self, at):
        self._image.seek(at)
        raw = self._image.read(HEAD)
        kind, i = _number(raw, 0)
        length, i = _number(raw, i)
        return kind, at + i, at + i + length, raw[i:]

    def _find(self, path):
        """(kind, offset of the payload behind the name, end) of a path; OSError where there is none."""
        if path == ALIAS_PATH:
            path = _loaded
        kind, at, end, _ = self._record_at(0)
        for name in path.encode().split(b"/"):
            if name:
                kind, at, end = self._member(at, end, name)
        return kind, at, end

    def _member(self, at, end, name):
        while at < end:
            kind, start, at, raw = self._record_at(at)
            length, i = _number(raw, 0)
            if kind >= DIRECTORY and raw[i : i + length] == name:
                return kind, start + i + length, at
        raise OSError(ENOENT)

    def mount(self, readonly, mkfs):
        """Nothing to do: the image is open."""

    def umount(self):
        """Let go of the image."""
        self._image.close()

    def stat(self, path):
        """os.stat's ten numbers; two of them tell: directory or file, and a file's size in bytes."""
        kind, at, end = self._find(path)
        if kind != FILE:
            return (0x4000,) + (0,) * 9
        _, at, end, _ = self._record_at(at)
        return (0x8000, 0, 0, 0, 0, 0, end - at, 0, 0, 0)

    def open(self, path, mode):
        """A member, to be read as a stream of bytes."""
        _, at, end, _ = self._record_at(self._find(path)[1])
        return _Member(self._image, at, end)


def mount():
    """Mount the active slot at /slot, the other one where it is not there, and import from it first."""
    global active
    try:
        with open("slot", "rb") as file:
            active = "b" if file.read(1) == b"b" else "a"
    except OSError:
        active = "a"
    try:
        slot = Slot("slot_" + active)
    except OSError:
        active = "a" if active == "b" else "b"
        slot = Slot("slot_" + active)
    vfs.mount(slot, "/slot")
    sys.path.insert(0, "/slot")


def load(name):
    """A module of the slot that is not in memory; the caller keeps it. Its import must not load another one.

    All have one path: MicroPython keeps the path of every file that it imports in the heap, for good.
    MemoryError when the heap is full.
    """
    global _loaded
    if not active:
        __import__(name)
        return sys.modules[name]
    _loaded = name.replace(".", "/") + ".mpy"
    try:
        return __import__(ALIAS)
    except ImportError:  # what the import's look at the file could not allocate counts as no file there
        os.stat("/slot/" + _loaded)
        raise MemoryError(name) from None
    finally:
        sys.modules.pop(ALIAS, None)


def clear(module):
    """Empty what `load` has given: a stray pointer to a part of it then keeps that part alone."""
    if active:
        module.__dict__.clear()
