"""Thousands of bad connections leave nothing behind."""

import asyncio
import random
from pathlib import Path

import pytest

from firmware.protocol import commands, frame, guid
from tests_host.device import Device
from tests_host.hubs import QUICK, joined, running, until
from tests_host.leaks import heard, leave, nothing_left
from twig.hub.hub import Hub

BAD_CONNECTIONS = 2_000
AT_ONCE = 50


async def test_two_thousand_bad_connections_leave_nothing_behind(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("CRITICAL", "twig.hub")  # else pytest keeps every record
    async with running(tmp_path, timing=QUICK) as hub:
        await many_bad(hub, 200)  # what is allocated once only
        with nothing_left(BAD_CONNECTIONS):
            await many_bad(hub, BAD_CONNECTIONS)
        assert len(hub._server) == 0
        assert not len(hub._server._unregistered)
        async with joined(hub) as (device, _):
            await hub.set_value(device.text, 1, True)


async def many_bad(hub: Hub, count: int) -> None:
    """Connections that send rubbish, halves of messages, or nothing, and close, reset or wait."""
    dice = random.Random(1)
    left = count
    while left > 0:
        await asyncio.gather(
            *[one_bad(hub.ports["device"], dice.randrange(5), dice) for _ in range(min(AT_ONCE, left))]
        )
        left -= AT_ONCE
    await until(lambda: len(hub._server) == 0)


async def one_bad(port: int, manner: int, dice: random.Random) -> None:
    """One of them."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    ping = frame.encode(b"g" * 16, guid.SERVER, commands.PING, b"x")
    if manner == 0:
        writer.write(dice.randbytes(200))
    elif manner == 1:
        writer.write(ping[: dice.randrange(len(ping))])
    elif manner == 2:
        Device(write=writer.write, which=dice.randbytes(16)).register()
    elif manner == 3:
        writer.write(b"\xff" * 5_000)
        await heard(reader, 3)
    await leave(writer, dice)
