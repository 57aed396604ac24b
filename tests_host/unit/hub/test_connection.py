"""Framing, limits and timers of one connection, without a network."""

import asyncio
from dataclasses import replace
from typing import Any

from firmware.protocol import commands, frame, guid
from tests_host.fake_transport import FakeTransport
from twig.hub.connection import TURN, Connection
from twig.hub.settings import Limits, Timing

TIMING = Timing(message=0.05, register=0.1, keep_alive=0.05, write=0.05, linger=0.05)
WHO = b"g" * 16


class Ears:
    """A handler that remembers."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self.reasons: list[tuple[str, bool]] = []

    def message(self, sender: bytes, target: bytes, command: int, data: bytes) -> None:
        self.heard.append(command)

    def closed(self, reason: str, fault: bool) -> None:
        self.reasons.append((reason, fault))


def made(timing: Timing = TIMING, **limits: Any) -> tuple[Connection, FakeTransport, Ears]:
    """A connection, its transport, its handler."""
    ears = Ears()
    connection = Connection(timing, replace(Limits(), **limits), lambda connection: ears)
    return connection, FakeTransport(connection), ears


def message(command: int, data: bytes = b"") -> bytes:
    """A frame to the server."""
    return frame.encode(WHO, guid.SERVER, command, data)


async def test_any_split_gives_the_same_messages() -> None:
    stream = message(1, b"8 bytes!") + message(3) + message(20, b"x" * 64)
    for size in (1, 3, 36, 40, 41, len(stream)):
        connection, _, ears = made()
        for start in range(0, len(stream), size):
            connection.data_received(stream[start : start + size])
        assert ears.heard == [1, 3, 20]


async def test_a_flood_is_taken_in_turns_and_all_of_it() -> None:
    connection, transport, ears = made()
    connection.data_received(message(20) * (3 * TURN + 1))
    assert (len(ears.heard), transport.paused) == (TURN, True)
    while transport.paused:
        await asyncio.sleep(0)
    assert len(ears.heard) == 3 * TURN + 1


async def test_the_limit_grows_with_registration_only() -> None:
    for registered in (False, True):
        connection, transport, ears = made()
        if registered:
            connection.register()
        connection.data_received(message(30, bytes(1501)))
        assert ears.heard == ([30] if registered else [])
        assert transport.eof is not registered


async def test_the_time_of_a_message_runs_from_its_first_byte() -> None:
    connection, transport, ears = made(replace(TIMING, register=10))
    for _ in range(4):
        connection.data_received(message(20) + message(20)[:10])
        await asyncio.sleep(0.02)
        connection.data_received(message(20)[10:])
    assert ears.reasons == []
    connection.data_received(b"\x24")
    for _ in range(4):
        await asyncio.sleep(0.02)
        connection.data_received(b"\0" if ears.reasons == [] else b"")
    assert ears.reasons == [("message not whole in time", True)]
    assert transport.commands() == [commands.ERROR]


async def test_after_the_end_nothing_is_heard_or_said() -> None:
    connection, transport, ears = made()
    connection.data_received(b"\xff" * 4 + message(20))
    connection.data_received(message(20))
    connection.send(WHO, commands.PING)
    connection.close("again")
    assert (ears.heard, len(ears.reasons), transport.commands()) == ([], 1, [commands.ERROR])
    await asyncio.sleep(0.1)
    assert transport.gone
    assert connection._timers == {}


async def test_pings_go_out_in_silence_and_the_third_is_the_last() -> None:
    connection, transport, ears = made()
    connection.neighbour = WHO
    connection.register()
    await asyncio.sleep(0.3)
    assert transport.commands() == [commands.PING, commands.PING]
    assert ears.reasons == [("silent for too long", True)]


async def test_a_peer_that_reads_nothing_is_not_listened_to_and_then_dropped() -> None:
    connection, transport, ears = made()
    connection.pause_writing()
    connection.data_received(message(20))
    assert (ears.heard, transport.paused) == ([], True)
    connection.resume_writing()
    await asyncio.sleep(0)
    assert (ears.heard, transport.paused) == ([20], False)
    connection.pause_writing()
    await asyncio.sleep(0.08)
    assert (transport.gone, ears.reasons) == (True, [("it took no byte in time", True)])


async def test_what_waits_for_one_peer_is_bounded() -> None:
    connection, transport, ears = made(write_buffer=1000)
    transport.unsent = 1001
    connection.send(WHO, commands.PING)
    assert (transport.gone, len(ears.reasons)) == (True, 1)
