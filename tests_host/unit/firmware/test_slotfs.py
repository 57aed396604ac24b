"""slotfs against images made by mpremote."""

import io
import sys
from pathlib import Path

import pytest
from mpremote.romfs import VfsRomWriter

from firmware import slotfs

FILES = {"a.mpy": b"M\x06\x00", "empty": b"", "long.bin": bytes(range(256)) * 40}


class ChipFile(io.FileIO):
    """A file of the chip: readinto takes a number of bytes."""

    def readinto(self, buffer, count=None):
        data = self.read(count if count is not None else len(buffer))
        buffer[: len(data)] = data
        return len(data)


def image():
    writer = VfsRomWriter()
    for name, data in FILES.items():
        writer.mkfile(name, data)
    for folder in ("firmware", "asyncio"):
        writer.opendir(folder)
        writer.mkfile("__init__.mpy", b"")
        writer.mkfile("x" * 30, folder.encode())
        writer.opendir("deep")
        writer.mkfile("z", b"deep " + folder.encode())
        writer.closedir()
        writer.closedir()
    return writer.finalise()


@pytest.fixture
def slot(monkeypatch):
    monkeypatch.setitem(vars(slotfs), "open", lambda path, mode="r": ChipFile(path))
    Path("slot_a").write_bytes(image())
    return slotfs.Slot("slot_a")


def read(member, size=100):
    whole = b""
    while True:
        buffer = bytearray(size)
        count = member.readinto(buffer)
        if not count:
            return whole
        whole += buffer[:count]


@pytest.mark.parametrize("size", [1, 7, 128, 20000])
def test_files_are_read_whole(slot, size):
    for name, data in FILES.items():
        assert read(slot.open("/" + name, "rb"), size) == data
    assert read(slot.open("firmware/deep/z", "rb"), size) == b"deep firmware"
    assert read(slot.open("/asyncio/" + "x" * 30, "rb"), size) == b"asyncio"


def test_two_members_at_once(slot):
    one, two = slot.open("long.bin", "rb"), slot.open("a.mpy", "rb")
    buffer = bytearray(10)
    one.readinto(buffer)
    assert read(two) == FILES["a.mpy"]
    one.readinto(buffer)
    assert buffer == bytes(range(10, 20))


def test_stat(slot):
    assert slot.stat("/firmware")[0] == slot.stat("")[0] == 0x4000
    assert slot.stat("/firmware/deep/z")[0] == 0x8000
    assert len(slot.stat("a.mpy")) == 10


@pytest.mark.parametrize("path", ["b", "firmware/a.mpy", "firmware/dee", "a.mpyx"])
def test_what_is_not_there(slot, path):
    with pytest.raises(OSError, match="2"):
        slot.stat(path)


@pytest.mark.parametrize(
    ("choice", "there", "active"),
    [
        (None, "ab", "a"),
        (b"a", "ab", "a"),
        (b"b", "ab", "b"),
        (b"b", "a", "a"),
        (b"a", "b", "b"),
        (None, "b", "b"),
        (b"", "ab", "a"),
        (b"\xff", "ab", "a"),
        (b"\xff", "b", "b"),
    ],
)
def test_the_slot_that_is_mounted(monkeypatch, choice, there, active):
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(slotfs, "active", slotfs.active)
    for letter in there:
        Path("slot_" + letter).write_bytes(image())
    if choice is not None:
        Path("slot").write_bytes(choice)
    slotfs.mount()
    assert slotfs.active == active
    assert sys.path[0] == "/slot"


def test_no_slot_at_all(monkeypatch):
    monkeypatch.setattr(slotfs, "active", slotfs.active)
    with pytest.raises(OSError, match="slot_"):
        slotfs.mount()


def test_modules_are_loaded_under_one_path(slot, monkeypatch):
    """MicroPython keeps each path; what it finds there is the wanted module's code."""
    found = []

    def imported(name):
        found.append((name, read(slot.open(f"/{name}.mpy", "rb"))))
        sys.modules[name] = slotfs
        return slotfs

    monkeypatch.setattr(slotfs, "active", "a")
    monkeypatch.setitem(vars(slotfs), "__import__", imported)
    assert slotfs.load("a") is slotfs.load("a") is slotfs
    assert found == [(slotfs.ALIAS, FILES["a.mpy"])] * 2
    assert slotfs.ALIAS not in sys.modules


def test_a_module_that_cannot_be_loaded_leaves_nothing(slot, monkeypatch):
    def broken(name):
        sys.modules[name] = slotfs
        slot.open(f"/{name}.mpy", "rb")

    monkeypatch.setattr(slotfs, "active", "a")
    monkeypatch.setitem(vars(slotfs), "__import__", broken)
    with pytest.raises(OSError, match="2"):
        slotfs.load("other")
    assert slotfs.ALIAS not in sys.modules


@pytest.mark.parametrize(("name", "kind"), [("a", MemoryError), ("other", OSError)])
def test_no_room_for_a_module_is_not_taken_for_no_module(slot, monkeypatch, name, kind):
    """The chip's import says the same of a look at the file that ran out of memory."""

    def swallowed(alias):
        raise ImportError("no module named " + alias)

    monkeypatch.setattr(slotfs, "active", "a")
    monkeypatch.setitem(vars(slotfs), "__import__", swallowed)
    monkeypatch.setattr(slotfs.os, "stat", lambda path: slot.stat(path[len("/slot") :]))
    with pytest.raises(kind):
        slotfs.load(name)


def test_without_a_slot_modules_are_loaded_by_their_names(monkeypatch):
    monkeypatch.setattr(slotfs, "active", "")
    assert slotfs.load("firmware.slotfs") is slotfs
