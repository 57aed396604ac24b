"""What tests of staging share: two images, a server that answers or does not, the files on the flash."""

import asyncio
import hashlib
import os
from pathlib import Path

import pytest

# All that `lazy` loads: what is loaded before it looks is not forgotten, so that tests can patch it.
from firmware.update import (  # noqa: F401
    emptied,
    fetched,
    files,
    held,
    index,
    kept,
    listed,
    listing,
    manifest,
    pace,
    segments,
    stage,
    staging,
)
from firmware.update.errors import FetchFailed
from tests_host import releases

OLD = releases.image(releases.members(40))
NEW = releases.image(releases.members(40, version=1))
LISTED = releases.listed(NEW)
PARTS = releases.cut(NEW)
LACKED = [part for part in PARTS if part not in releases.cut(OLD)]
REASON_MOST = 40  # bytes of a reason
GONE = {"slot_b": b"an older image " * 600}


def sha(data):
    return hashlib.sha256(data).digest()


def read(name):
    return Path(name).read_bytes()


def write(name, data):
    Path(name).write_bytes(data)


def exists(name):
    return Path(name).exists()


class Server:
    """Gives blocks of an image and of its manifest; notes what it was asked for of the image."""

    def __init__(self, data, raw=None):
        self.data = data
        self.raw = raw or releases.manifest(data)
        self.asked = []
        self.listed = []  # the same, of the manifest
        self.fail_at = None  # of the image's requests, counted from 0
        self.spoil = {}  # request -> what it answers instead

    async def fetch(self, digest, offset, count):
        assert 0 < count <= fetched.PIECE
        if digest == sha(self.raw):
            return self.answer(self.listed, self.raw, offset, count)
        number = len(self.asked)
        if number == self.fail_at:
            raise OSError(104)
        await asyncio.sleep(0)
        found = self.answer(self.asked, self.data, offset, count)
        return self.spoil.get(number, found)

    def answer(self, asked, data, offset, count):
        asked.append((offset, count))
        return data[offset : offset + count]

    @property
    def bytes(self):
        """How many of the image were asked for."""
        return sum(count for _, count in self.asked)


@pytest.fixture(autouse=True)
def chip(monkeypatch, flash):
    """A plug that runs slot a; the event loop has its turns without the fake clock."""

    async def turn(milliseconds):
        await asyncio.sleep(0)

    for module in (kept, pace, staging):
        monkeypatch.setattr(module, "sleep_ms", turn)
    free_blocks(monkeypatch, 40)
    for name, data in {"slot_a": OLD, "slot": b"a", **GONE}.items():
        write(name, data)


def free_blocks(monkeypatch, count):
    monkeypatch.setattr(files.os, "statvfs", lambda path: (4096, 4096, 98, count), raising=False)


async def make(server, told=None, active="a", raw=None, **changed):
    """Take the offer of the server's image."""
    raw = raw or server.raw
    offer = {"version": releases.VERSION, "sequence": releases.SEQUENCE, "size": len(raw), "digest": sha(raw)}
    tell = (told if told is not None else []).append
    return await stage.run(tuple({**offer, **changed}.values()), releases.BOARD, active, server.fetch, tell)


async def broken_off(server, at):
    """Take it as far as that request, which fails."""
    server.fail_at = at
    with pytest.raises(FetchFailed, match="104") as caught:
        await make(server)
    assert reason(caught)


def untouched():
    return read("slot_a") == OLD and read("slot") == b"a"


def staged(image=NEW):
    assert untouched()
    assert read("slot_b") == image
    assert sorted(os.listdir()) == ["slot", "slot_a", "slot_b"]


def reason(caught):
    assert len(str(caught.value)) <= REASON_MOST
    return str(caught.value)
