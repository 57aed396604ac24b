"""Who takes up a place at the port with TLS and says nothing: not for long, and not again and again."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from firmware.protocol import commands, frame, guid
from tests_host.hubs import PATIENT, running, until
from tests_host.known import know
from tests_host.psk import Client, device_peer, dial, outgoing
from tests_host.system.test_hub_tls_bad import closed_for
from twig.hub.hub import Hub
from twig.hub.settings import Limits
from twig.hub.tls import failures
from twig.hub.tls.stream import SHORT

PEER = device_peer()
TIMING = replace(PATIENT, handshake=0.5)
MOST = 3
PING = frame.encode(PEER.guid, guid.SERVER, commands.PING)

Manner = Callable[[int], Awaitable[None]]


async def connected(port: int, first: bytes, stays: float | None) -> None:
    """Send that much, then nothing: until the hub ends it, or for a time."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(first)
    with suppress(ConnectionError, TimeoutError):
        async with asyncio.timeout(stays):
            while await reader.read(65_536):
                pass
    writer.close()


async def nothing(port: int) -> None:
    """Not a byte."""
    await connected(port, b"", None)


async def hello(port: int) -> None:
    """And no answer to the hub's."""
    await connected(port, outgoing(Client(PEER).connection()), None)


async def leaves(port: int) -> None:
    """Just before the hub would end it."""
    await connected(port, b"", TIMING.handshake * (1 + SHORT) / 2)


async def proven(port: int) -> None:
    """Has the key, and no message; the hub says why it closes, and that it does."""
    line = await dial(port, PEER)
    assert b"no message in time" in await line.read(65_536)
    assert await line.read(65_536) == b""
    line.close()


async def is_refused(hub: Hub) -> bool:
    """Whether a connection of our address is closed before any handshake."""
    try:
        (await dial(hub.ports["tls"], PEER)).close()
    except OSError:
        return True
    return False


@pytest.mark.parametrize("manner", [nothing, hello, leaves, proven])
async def test_an_address_that_is_silent_again_and_again_is_refused_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, manner: Manner
) -> None:
    monkeypatch.setattr(failures, "MOST", MOST)
    async with running(tmp_path, timing=TIMING) as hub:
        know(hub, PEER)
        for count in range(MOST):
            assert not await is_refused(hub), count
            await manner(hub.ports["tls"])
            await until(lambda: len(hub._server) == 0)
        assert await is_refused(hub)


async def test_an_address_has_few_places_for_those_that_have_proved_no_key(tmp_path: Path) -> None:
    """Who has proved one takes up none of them, nor does another address; a place that is left is free."""
    async with running(tmp_path, limits=replace(Limits(), unproven_per_address=MOST)) as hub:
        know(hub, PEER)
        proven = [await dial(hub.ports["tls"], PEER) for _ in range(MOST)]
        silent = [await asyncio.open_connection("127.0.0.1", hub.ports["tls"]) for _ in range(MOST)]
        await until(lambda: len(hub._server) == 2 * MOST)
        assert await is_refused(hub)
        assert len(hub._server) == 2 * MOST
        other = await asyncio.open_connection("127.0.0.1", hub.ports["tls"], local_addr=("127.0.0.2", 0))
        await until(lambda: len(hub._server) == 2 * MOST + 1)
        assert hub.health()["connections"]["refused"] == 1
        for _, writer in [silent[0], other]:
            writer.close()
        await until(lambda: len(hub._server) == 2 * MOST - 1)
        assert not await is_refused(hub)
        for line in proven:
            line.close()
        for _, writer in silent[1:]:
            writer.close()


async def test_who_has_proved_the_key_and_says_nothing_is_closed_in_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(tmp_path, timing=TIMING) as hub:
        know(hub, PEER)
        start = time.monotonic()
        await proven(hub.ports["tls"])
        assert TIMING.handshake <= time.monotonic() - start < TIMING.register / 10
        assert closed_for(caplog) == ["TLS: no message in time"]


async def test_who_speaks_or_goes_at_once_is_never_refused_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "MOST", 1)
    async with running(tmp_path, timing=TIMING) as hub:
        know(hub, PEER)
        for _ in range(MOST):
            await connected(hub.ports["tls"], b"", 0)
        line = await dial(hub.ports["tls"], PEER)
        line.write(PING)
        await asyncio.sleep(2 * TIMING.handshake)  # what is silent would be closed by then
        line.write(PING)
        assert await line.read(65_536)
        line.close()
        await until(lambda: len(hub._server) == 0)
        assert not await is_refused(hub)
