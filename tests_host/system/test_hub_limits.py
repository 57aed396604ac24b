"""Keep-alive, limits of connections, and who may listen, over real sockets."""

import asyncio
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest

from firmware.protocol import beacon, commands, frame, guid
from tests_host.device import FLOAT, connect, io
from tests_host.hubs import PATIENT, QUICK, joined, running, until
from twig.hub.errors import (
    StartError,
)
from twig.hub.settings import Limits

LEVEL = io(3, FLOAT, name="Level", kind="power", unit="W", limits=(0.0, 100.0, 0.5))


async def test_keep_alive_pings_a_silent_device_and_closes_a_dead_one(tmp_path: Path) -> None:
    async with running(tmp_path, timing=QUICK) as hub, joined(hub) as (device, _):
        start = time.monotonic()
        ping = await device.expect(commands.PING)
        assert (ping.sender, ping.target) == (guid.SERVER, device.which)
        await device.closed()
        assert 2.5 * QUICK.keep_alive < time.monotonic() - start
        await until(lambda: not hub.device(device.text).online)


async def test_a_device_that_pings_stays_and_gets_its_bytes_back(tmp_path: Path) -> None:
    async with running(tmp_path, timing=QUICK) as hub, joined(hub) as (device, _):
        for count in range(8):
            device.send(commands.PING, b"x" * 8 * count)
            assert (await device.expect(commands.PONG)).data == b"x" * 8 * count
            await asyncio.sleep(0.15)
        assert hub.device(device.text).online


async def test_the_time_is_sent_again_and_again(tmp_path: Path) -> None:
    async with running(tmp_path, timing=replace(PATIENT, time=0.1)) as hub, joined(hub) as (device, _):
        for _ in range(3):
            told = await device.expect(commands.TIME)
            assert abs(told.fields["time_ms"] / 1000 - time.time()) < 5


async def test_a_hub_that_is_not_insecure_serves_devices_by_tls_alone(tmp_path: Path) -> None:
    async with running(tmp_path, insecure=False) as hub:
        assert hub.ports.keys() == {"tls", "release", "discovery"}
        announced = [(beacon.TLS, hub.ports["tls"]), (beacon.RELEASES, hub.ports["release"])]
        assert hub._entries() == announced


async def test_one_directory_belongs_to_one_hub(tmp_path: Path) -> None:
    async with running(tmp_path):
        with pytest.raises(StartError, match="Another hub"):
            async with running(tmp_path):
                pass


async def test_unregistered_connections_of_one_address_are_limited(tmp_path: Path) -> None:
    limits = replace(Limits(), unregistered_per_address=3)
    async with running(tmp_path, limits=limits) as hub:
        async with joined(hub):  # registered: counts no longer
            wires = [await connect(hub.ports["device"]) for _ in range(4)]
            await wires[3].device.closed()
            for wire in wires:
                await wire.close()
            await until(lambda: len(hub._server) == 1)
        async with joined(hub):
            assert hub.health()["connections"]["refused"] == 1


async def test_beyond_the_global_limit_newcomers_wait(tmp_path: Path) -> None:
    limits = replace(Limits(), connections=2)
    async with running(tmp_path, limits=limits) as hub:
        wires = [await connect(hub.ports["device"]) for _ in range(3)]
        wires[2].device.register()
        with pytest.raises(AssertionError):
            await wires[2].device.expect(commands.REQUEST_IOS, 0.3)
        await wires[0].close()
        await wires[2].device.expect(commands.ACCEPT_DEVICE)
        for wire in wires:
            await wire.close()


async def test_what_is_sent_does_not_wait_for_the_peers_acknowledgement(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, joined(hub):
        (connection,) = hub._server._connections
        sock = connection._transport.get_extra_info("socket")
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def test_a_device_that_reads_nothing_is_dropped(tmp_path: Path) -> None:
    limits = replace(Limits(), write_buffer=4096)
    async with running(tmp_path, limits=limits) as hub:
        _, writer = await asyncio.open_connection("127.0.0.1", hub.ports["device"], limit=1024)
        ping = frame.encode(b"g" * 16, guid.SERVER, commands.PING, b"x" * 64)
        writer.transport.pause_reading()
        writer.write(ping * 200_000)
        await until(lambda: len(hub._server) == 0, 10)
        writer.close()
