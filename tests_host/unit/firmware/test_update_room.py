"""A flash without room, or with other trouble: told by name, and nothing that is needed is lost."""

import builtins
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.update import files
from firmware.update.errors import FlashFull, UpdateError
from tests_host.unit.firmware.updates import (  # noqa: F401  a fixture for all
    GONE,
    LISTED,
    NEW,
    Server,
    broken_off,
    chip,
    free_blocks,
    make,
    read,
    reason,
    staged,
    untouched,
    write,
)
from twig.release import slot


async def test_without_room_nothing_is_lost(monkeypatch):
    need = files.blocks(len(NEW))
    gone = files.blocks(len(GONE["slot_b"])) + files.blocks(len(LISTED))
    write("manifest", LISTED)
    free_blocks(monkeypatch, need - gone + files.LEAST_FREE - 1)
    with pytest.raises(FlashFull, match="1 blocks") as caught:
        await make(Server(NEW))
    assert reason(caught)
    assert untouched() and read("slot_b") == GONE["slot_b"]
    free_blocks(monkeypatch, need - gone + files.LEAST_FREE)
    await make(Server(NEW))
    staged()


async def test_what_is_staged_already_needs_no_room_again(monkeypatch):
    await broken_off(Server(NEW), 10)
    have = files.blocks(len(read("stage"))) + files.blocks(len(LISTED))
    free_blocks(monkeypatch, files.blocks(len(NEW)) - have + files.LEAST_FREE)
    await make(Server(NEW))
    staged()


@pytest.mark.parametrize("room", [0, 1, 600, 5000, 9000, len(NEW) - 1])
async def test_a_flash_that_is_full_all_the_same_gives_the_room_back(monkeypatch, room):
    full(monkeypatch, "stage", room)
    with pytest.raises(FlashFull, match="flash full") as caught:
        await make(Server(NEW))
    assert reason(caught)
    assert untouched()
    assert sorted(os.listdir()) == ["slot", "slot_a"]
    monkeypatch.undo()


@pytest.mark.parametrize("name", ["manifest.json", "manifest.new"])
async def test_a_flash_that_is_full_for_the_manifest(monkeypatch, name):
    full(monkeypatch, name, 600)
    with pytest.raises(FlashFull):
        await make(Server(NEW))
    assert sorted(os.listdir()) == ["slot", "slot_a", "slot_b"]


def full(monkeypatch, name, room):
    """Of that file the flash takes so many bytes."""
    real = builtins.open

    def opened(path, mode="r", *rest, **more):
        file = real(path, mode, *rest, **more)
        return Full(file, room) if path == name and mode != "rb" else file

    monkeypatch.setattr(builtins, "open", opened)


class Full:
    def __init__(self, file, room):
        self.file, self.room = file, room

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.file.close()

    def write(self, data):
        if self.file.tell() + len(data) > self.room:
            raise OSError(28, "No space left on device")
        return self.file.write(data)

    def __getattr__(self, name):
        return getattr(self.file, name)


async def test_a_file_that_cannot_be_removed(monkeypatch):
    def remove(path):
        raise OSError(5, "EIO")

    monkeypatch.setattr(files.os, "remove", remove)
    with pytest.raises(UpdateError, match="flash: error 5"):
        await make(Server(NEW))
    assert untouched()


async def test_other_trouble_of_the_flash_is_named():
    os.remove("slot_a")
    with pytest.raises(UpdateError, match="flash: ") as caught:
        await make(Server(NEW))
    assert reason(caught)


@given(st.integers(129, 200_000))
def test_blocks_of_a_file(size):
    assert 0 <= files.blocks(size) - slot.blocks(bytes(size)) <= 1
