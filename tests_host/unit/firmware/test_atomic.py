"""A power cut between any two file operations leaves the old file or the new one."""

import builtins
import os

import pytest

from firmware.storage import atomic, config, store


class PowerCut(BaseException):
    """The power has failed."""


class Power:
    """Fails before the n-th operation that changes a file; a write that it cuts leaves its first half."""

    def __init__(self, monkeypatch, operations):
        self.left = operations
        self.open = builtins.open
        self.rename = os.rename
        self.monkeypatch = monkeypatch

    def __enter__(self):
        self.monkeypatch.setattr(builtins, "open", self._open)
        self.monkeypatch.setattr(os, "rename", self._rename)

    def __exit__(self, *error):
        self.monkeypatch.setattr(builtins, "open", self.open)
        self.monkeypatch.setattr(os, "rename", self.rename)

    def _spend(self):
        self.left -= 1
        if self.left < 0:
            raise PowerCut

    def _rename(self, old, new):
        self._spend()
        self.rename(old, new)

    def _open(self, path, mode="r", *more):
        if "w" not in mode:
            return self.open(path, mode, *more)
        self._spend()
        return Cut(self, self.open(path, mode, *more))


class Cut:
    """A file whose write may be cut."""

    def __init__(self, power, file):
        self.power = power
        self.file = file

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.file.close()

    def write(self, data):
        try:
            self.power._spend()
        except PowerCut:
            self.file.write(data[: len(data) // 2])
            raise
        self.file.write(data)


def cuts(monkeypatch, action):
    """Run the action with the power failing before its n-th operation, for every n; yields after each."""
    for operations in range(30):
        try:
            with Power(monkeypatch, operations):
                action()
        except PowerCut:
            yield operations
            continue
        yield operations
        assert operations > 2
        return
    pytest.fail("too many operations")


def test_missing_is_empty():
    assert atomic.read("nothing") == b""


def test_old_or_new(monkeypatch):
    seen = set()
    atomic.write("file", b"old old")
    for _ in cuts(monkeypatch, lambda: atomic.write("file", b"new")):
        seen.add(atomic.read("file"))
    assert seen == {b"old old", b"new"}


def test_config_old_or_new(monkeypatch):
    seen = []
    for name in "abc":
        config.save({"name": name})
    for _ in cuts(monkeypatch, lambda: config.save({"name": "d", "insecure": True})):
        seen.append(config.load()["name"])
    assert set(seen) == {"c", "d"}
    assert not os.path.exists(config.BAD)


@pytest.mark.parametrize("action", ["save_trial", "keep_trial"])
def test_trial_old_or_new(monkeypatch, action):
    seen = []
    config.save({"name": "old"})
    config.save_trial({"name": "new"})
    module = store if action == "keep_trial" else config
    arguments = () if action == "keep_trial" else ({"name": "newer"},)
    for _ in cuts(monkeypatch, lambda: getattr(module, action)(*arguments)):
        seen.append((config.load()["name"], config.load(True)["name"]))
    kept = {("old", "new"), ("new", "new")}
    assert set(seen) == (kept if action == "keep_trial" else {("old", "new"), ("old", "newer")})


def test_keeping_a_bad_one_survives_a_power_cut(monkeypatch):
    config.save({"name": "a"})
    config.save({"name": "b"})
    atomic.write(config.PATH, b'{"name":')
    for _ in cuts_of_load(monkeypatch):
        assert config.load()["name"] == "a"
    assert atomic.read(config.BAD) == b'{"name":'


def cuts_of_load(monkeypatch):
    for operations in range(2):
        try:
            with Power(monkeypatch, operations):
                config.load()
        except PowerCut:
            pass
        yield operations


SIZES = (0, 1, atomic.CHUNK - 1, atomic.CHUNK, atomic.CHUNK + 1, 3 * atomic.CHUNK)


@pytest.mark.parametrize("size", SIZES)
def test_copied_in_pieces(size):
    data = (bytes(range(256)) * 2)[:size]
    atomic.write("one", data)
    atomic.write("other", b"before")
    atomic.copy("one", "other")
    assert atomic.read("one") == atomic.read("other") == data
    assert atomic.holds("other", data)
    assert not atomic.holds("other", data + b"x")
    assert not data or not atomic.holds("other", data[:-1])
    assert not data or not atomic.holds("other", data[:-1] + bytes([data[-1] ^ 1]))


def test_a_file_that_is_not_there_holds_nothing():
    assert atomic.holds("none", b"")
    assert not atomic.holds("none", b"x")
