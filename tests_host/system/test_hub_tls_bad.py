"""Bad input at the hub's port with TLS: it is closed in time, leaves nothing behind, and disturbs nobody."""

import asyncio
import logging
import random
import socket
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from OpenSSL import SSL

from firmware.protocol import commands, frame, guid
from tests_host.hubs import PATIENT, QUICK, joined, running, until
from tests_host.known import know
from tests_host.leaks import heard, leave, nothing_left, resident
from tests_host.mutation import mutated
from tests_host.psk import Client, device_peer, dial, keyed, outgoing, shake
from twig.hub.hub import Hub
from twig.hub.keys.peer import Peer
from twig.hub.settings import Limits
from twig.hub.tls import failures

PEER = device_peer()
BAD_CONNECTIONS = 2_000
AT_ONCE = 50
WAIT_S = 0.1  # of some of them for an answer; half a hello gets none
# Bytes of the libraries' that may stay for each: a connection of OpenSSL's takes ten times as much.
LIBRARIES = 2_000
SMALL = 32_768  # bytes that the system keeps for a reader
WRONG = Peer(PEER.identity, bytes(32), PEER.guid, None)


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """One address may fail as often as it likes."""
    monkeypatch.setattr(failures, "MOST", 1 << 30)


def closed_for(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Why connections were closed."""
    return [
        one.__dict__["fields"]["reason"] for one in caplog.records if one.getMessage() == "connection closed"
    ]


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
async def test_half_a_handshake_and_silence_is_closed_in_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, share: float
) -> None:
    async with running(tmp_path, timing=QUICK) as hub:
        know(hub, PEER)
        start = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", hub.ports["tls"])
        hello = outgoing(Client(PEER).connection())
        writer.write(hello[: int(len(hello) * share)])
        with suppress(ConnectionError):
            while await reader.read(65_536):
                pass
        assert QUICK.handshake <= time.monotonic() - start < QUICK.register
        assert closed_for(caplog) == ["TLS: no handshake in time"]
        await until(lambda: len(hub._server) == 0)
        writer.close()


async def test_the_handshake_is_a_part_of_the_time_for_registering(tmp_path: Path) -> None:
    async with running(tmp_path, timing=replace(QUICK, handshake=0.8)) as hub:
        know(hub, PEER)
        start = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", hub.ports["tls"])
        await asyncio.sleep(0.6)
        client = Client(PEER).connection()
        writer.write(outgoing(client))
        client.bio_write(await reader.read(65_536))
        assert shake(client)
        writer.write(outgoing(client))
        client.bio_write(await reader.read(65_536))
        assert b"not registered in time" in client.recv(65_536)
        assert QUICK.register <= time.monotonic() - start < QUICK.register + 0.5
        writer.close()


async def test_two_thousand_bad_handshakes_leave_nothing_behind(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, patience: None
) -> None:
    caplog.set_level("ERROR", "twig.hub")  # else pytest keeps every record
    async with running(tmp_path) as hub, keyed(hub) as (bystander, _):
        know(hub, PEER)
        await many_bad(hub, 200)  # what is allocated once only
        size = resident()
        with nothing_left(BAD_CONNECTIONS):
            await many_bad(hub, BAD_CONNECTIONS)
        assert resident() - size < BAD_CONNECTIONS * LIBRARIES
        assert len(hub._server) == 1
        assert (len(hub._server._unregistered), len(hub._server._unproven)) == (0, 0)
        await hub.set_value(bystander.text, 1, True)
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]


async def many_bad(hub: Hub, count: int) -> None:
    """Handshakes that are changed, cut or rubbish, and close, reset or wait."""
    dice = random.Random(count)
    hello = outgoing(Client(PEER).connection())
    for _ in range(count // AT_ONCE):
        await asyncio.gather(*[one_bad(hub.ports["tls"], hello, dice) for _ in range(AT_ONCE)])
    await until(lambda: len(hub._server) == 1)


async def one_bad(port: int, hello: bytes, dice: random.Random) -> None:
    """One of them."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    manner = dice.randrange(4)
    cut = hello[: dice.randrange(len(hello))]
    writer.write((mutated(dice, hello), cut, dice.randbytes(300), hello)[manner])
    if dice.random() < 0.3:
        await heard(reader, WAIT_S)
    await leave(writer, dice)


async def test_a_device_that_reads_nothing_is_dropped(tmp_path: Path) -> None:
    limits = replace(Limits(), write_buffer=4_096)
    async with running(tmp_path, limits=limits) as hub:
        know(hub, PEER)
        line = await dial(hub.ports["tls"], PEER)
        line.writer.transport.pause_reading()  # type: ignore[attr-defined]
        ping = frame.encode(PEER.guid, guid.SERVER, commands.PING, b"x" * 64)
        for _ in range(200):
            line.write(ping * 1_000)
        await until(lambda: len(hub._server) == 0, 20)
        line.writer.close()


async def test_who_reads_slowly_is_not_listened_to_and_gets_everything(tmp_path: Path) -> None:
    count = 5_000
    async with running(tmp_path) as hub:
        know(hub, PEER)
        line = await dial(hub.ports["tls"], PEER)
        line.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await until(lambda: hub._server._connections)
        (connection,) = hub._server._connections
        connection._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)
        line.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        ping = frame.encode(PEER.guid, guid.SERVER, commands.PING, b"x" * 64)
        for _ in range(count // 100):
            line.write(ping * 100)
        await until(lambda: connection._paused and connection._choked)
        line.writer.transport.resume_reading()  # type: ignore[attr-defined]
        came = 0
        while came < count * len(ping):
            came += len(await line.read(65_536))
        assert came == count * len(ping)
        line.close()


async def test_an_address_that_fails_too_often_is_refused_for_a_while(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "MOST", 3)
    monkeypatch.setattr(failures, "WINDOW_S", 1.5)
    async with running(tmp_path, timing=PATIENT) as hub, keyed(hub) as (device, _):
        know(hub, PEER)
        for _ in range(3):
            with pytest.raises(SSL.Error, match="decrypt error"):
                await dial(hub.ports["tls"], WRONG)
        for _ in range(20):
            with pytest.raises(OSError, match=r"cut off|reset"):
                await dial(hub.ports["tls"], PEER)
        refused = [one for one in caplog.records if one.getMessage() == "connection refused"]
        assert len(refused) == 10
        assert refused[0].__dict__["fields"]["reason"] == "too many handshakes have failed"
        async with joined(hub):  # the port without TLS
            await hub.set_value(device.text, 1, True)
        await asyncio.sleep(1.5)
        (await dial(hub.ports["tls"], PEER)).close()


async def test_those_who_come_back_at_once_are_not_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "MOST", 3)
    async with running(tmp_path) as hub:
        know(hub, PEER)
        lines = await asyncio.gather(*[dial(hub.ports["tls"], PEER) for _ in range(100)])
        for line in lines:
            line.close()
        silent = [await asyncio.open_connection("127.0.0.1", hub.ports["tls"]) for _ in range(10)]
        for _, writer in silent:  # gave up waiting, as devices of a busy hub do
            writer.close()
        (await dial(hub.ports["tls"], PEER)).close()


async def test_a_port_scan_and_a_device_without_tls_are_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(tmp_path) as hub:
        for raw in (frame.encode(PEER.guid, guid.SERVER, commands.PING), b"GET / HTTP/1.0\r\n\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", hub.ports["tls"])
            writer.write(raw)
            assert await reader.read() == b""
            writer.close()
        assert closed_for(caplog) == ["TLS: it does not speak TLS", "TLS: http request"]
