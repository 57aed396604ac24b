"""Records of TLS where the heap or the socket is full: no byte is lost, none is sent twice."""

from contextlib import suppress
from errno import EAGAIN

import pytest

from firmware.network import records
from firmware.network.records import HEAD, SENT_MOST, Records

DATA = bytes(range(200))


class Narrow:
    """Takes `room` bytes at a time, then none until asked again."""

    def __init__(self, room=10_000):
        self.room = room
        self.got = b""
        self.full = False

    def send(self, data):
        self.full = not self.full and self.room < len(data)
        if not self.full and self.room < len(data):
            raise OSError(EAGAIN, "full")
        self.got += bytes(data[: self.room])
        return min(len(data), self.room)


def contents(raw):
    """What the records hold, in the clear."""
    found = b""
    while raw:
        size = raw[3] << 8 | raw[4]
        found += raw[HEAD : HEAD + size]
        raw = raw[HEAD + size :]
    return found


def test_a_full_heap_behind_the_first_record_says_how_far_it_came(monkeypatch):
    link = Records(Narrow(), [])
    whole, calls = link.write, []

    def write(kind, content):
        calls.append(kind)
        if len(calls) == 2:
            raise MemoryError("full")
        whole(kind, content)

    monkeypatch.setattr(link, "write", write)
    taken = link.send(DATA)
    assert taken == SENT_MOST
    assert link.send(DATA[taken:]) == len(DATA) - taken
    assert contents(link.sock.got) == DATA


def test_a_full_heap_before_the_first_record_is_told(monkeypatch):
    link = Records(Narrow(), [])

    def write(kind, content):
        raise MemoryError("full")

    monkeypatch.setattr(link, "write", write)
    with pytest.raises(MemoryError):
        link.send(DATA)


@pytest.mark.parametrize("room", [1, 7, 63, 64, 200])
def test_a_socket_that_takes_little_at_a_time(room):
    link = Records(Narrow(room), [])
    at = 0
    while at < len(DATA):
        with suppress(BlockingIOError):  # what EAGAIN is
            at += link.send(DATA[at:])
    while link._unsent:
        link.send(b"")
    assert contents(link.sock.got) == DATA
    assert len(link.places) == records.CIPHERS
