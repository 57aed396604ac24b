"""One connection: partial writes, time-outs, keep-alive, hostile streams (PROTOCOL sections 2 and 6)."""

import asyncio
import struct
from errno import EAGAIN

import pytest

from firmware.links.connection import OUT_MAX
from firmware.protocol import commands as c
from firmware.protocol.errors import ProtocolError
from firmware.protocol.frame import encode


class Narrow:
    """A socket that takes a few bytes at a time, or none."""

    def __init__(self, sock, room):
        self.sock = sock
        self.room = room

    def __getattr__(self, name):
        return getattr(self.sock, name)

    def send(self, data):
        if not self.room:
            raise OSError(EAGAIN, "full")
        return self.sock.send(data[: self.room])


async def cancelled(plug):
    with pytest.raises(asyncio.CancelledError):
        await plug.task
    assert plug.link.sock is None
    assert not plug.link.joined


async def test_partial_writes(plug):
    await plug.join()
    plug.link.sock = Narrow(plug.link.sock, 3)
    await plug.say(c.PING, b"abc")
    await plug.run(1000)
    assert plug.heard() == [(c.PONG, b"abc")]
    plug.link.sock.room = 0
    await plug.say(c.PING, b"def")
    assert plug.heard() == []
    plug.link.sock.room = 5000
    await plug.run(100)
    assert plug.heard() == [(c.PONG, b"def")]


async def test_a_dead_socket_under_the_rest_of_a_record_ends_no_mode(plug):
    """Over TLS each tick sends what is left; the reader meets the same error and ends the connection."""
    await plug.join()

    class Dead:
        def send(self, data):
            raise OSError(104)

        def close(self):
            pass

    plug.link.sock = Dead()
    plug.link.tick()
    assert plug.link.out == b""


async def test_what_is_unsent_is_bounded(plug):
    await plug.join()
    plug.link.sock = Narrow(plug.link.sock, 0)
    largest = 0
    for _ in range(100):
        plug.hub.send(encode(bytes(16), plug.GUID, c.PING, bytes(64)) * 20)
        await plug.clock.settle()
        largest = max(largest, len(plug.link.out))
    assert largest <= OUT_MAX + 200
    await plug.run(200)
    await cancelled(plug)


async def test_ping_after_silence_then_the_end(plug):
    await plug.join()
    await plug.run(19_000)
    assert plug.heard() == []
    await plug.run(1500)
    assert [command for command, _ in plug.heard()] == [c.PING]
    await plug.run(39_000)
    assert not plug.task.done()
    await plug.run(2000)
    await cancelled(plug)


async def test_answered_pings_keep_it(plug):
    await plug.join()
    for _ in range(10):
        await plug.run(21_000)
        for command, data in plug.heard():
            assert command == c.PING
            await plug.say(c.PONG, data)
    assert plug.link.joined


async def test_a_message_is_whole_in_ten_seconds(plug):
    await plug.join()
    message = encode(bytes(16), plug.GUID, c.PING, bytes(20))
    for byte in message[:9]:
        plug.hub.send(bytes([byte]))
        await plug.run(1000)
    assert not plug.task.done()
    await plug.run(1500)
    await cancelled(plug)


async def test_slow_messages_that_are_whole_in_time(plug):
    await plug.join()
    message = encode(bytes(16), plug.GUID, c.PING, b"x")
    for _ in range(3):
        for at in range(0, len(message), 6):
            plug.hub.send(message[at : at + 6])
            await plug.run(1200)
        assert plug.heard() == [(c.PONG, b"x")]


async def test_check_ends_a_dead_connection_and_keeps_a_living_one(plug):
    await plug.join()
    plug.link.check()
    await plug.run(1000)
    assert plug.heard() == [(c.PING, b"")]
    await plug.say(c.PONG)
    await plug.run(10_000)
    assert plug.link.joined
    plug.link.check()
    await plug.run(4900)
    assert plug.link.joined
    await plug.run(300)
    await cancelled(plug)


@pytest.mark.parametrize(("length", "code"), [(0, 2), (35, 2), (1537, 8), (0xFFFFFFFF, 8)])
async def test_bad_lengths(plug, length, code):
    await plug.join()
    plug.hub.send(struct.pack("<I", length) + bytes(100))
    await plug.run(100)
    ((command, data),) = plug.heard()
    assert (command, data[:2]) == (c.ERROR, struct.pack("<H", code))
    assert plug.ended
    with pytest.raises(ProtocolError):
        await plug.task


async def test_the_largest_message(plug):
    await plug.join()
    plug.hub.send(struct.pack("<I", 1536) + bytes(16) + plug.GUID + struct.pack("<I", c.PING) + b"p" * 1500)
    await plug.run(1000)
    assert plug.heard() == [(c.PONG, b"p" * 64)]


async def test_an_endless_stream_of_errors_is_passed_over(plug, capsys):
    await plug.join()
    capsys.readouterr()
    for _ in range(20):
        await plug.say(c.ERROR, b"e" * 1000)
        await plug.say(c.SET_VALUE, b"x" * 1000, target=b"O" * 16)
    assert plug.heard() == []
    assert len(capsys.readouterr().out) < 40 * 200


async def test_closed_by_the_hub(plug):
    await plug.join()
    plug.hub.close()
    await plug.run(100)
    with pytest.raises(OSError, match="closed"):
        await plug.task


async def test_nobody_listens(plug):
    plug.listener.close()
    task = asyncio.ensure_future(plug.link.run("127.0.0.1", plug.port, None))
    await plug.run(200)
    with pytest.raises(OSError, match=r"refused|closed"):
        await task
    assert plug.link.sock is None
