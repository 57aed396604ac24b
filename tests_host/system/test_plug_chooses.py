"""Several hubs, and beacons that lie: the plug chooses as section 1 of the protocol says."""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from firmware.protocol import beacon
from tests_host.hubs import running
from tests_host.system import rig
from tests_host.system.beacons import announced
from twig.hub.hub import Hub
from twig.twin.plug import Plug

pytestmark = pytest.mark.timeout(120)
BACKUP_WAIT_S = 3.0
STEADY_S = 15.0
# Long enough for a plug to join a hub that it should not.
TEMPTED_S = 4.0
LOOPBACK = socket.inet_aton("127.0.0.1")


@asynccontextmanager
async def plugged(plug: Plug) -> AsyncIterator[Plug]:
    """Runs a plug beside hubs in this event loop."""
    try:
        await asyncio.to_thread(plug.start)
        yield plug
    finally:
        await asyncio.to_thread(plug.stop)


def at(hub: Hub, plug: Plug) -> bool:
    """Whether the plug is online there."""
    return any(device.online and device.name == plug.data.name for device in hub.devices())


async def joined(hub: Hub, plug: Plug, seconds: float = rig.JOIN_S) -> None:
    await rig.until_async(lambda: at(hub, plug), f"{plug.data.name} at its hub", seconds)


async def test_a_standard_hub_beats_a_backup(tmp_path: Path, free_port: Callable[[], int]) -> None:
    port = free_port()
    async with (
        running(tmp_path / "backup", discovery_port=port, role="backup") as backup,
        running(tmp_path / "standard", discovery_port=port) as standard,
        plugged(rig.plug(tmp_path / "plug", port)) as plug,
    ):
        await joined(standard, plug)
        assert not backup.devices()


@pytest.mark.slow
async def test_a_backup_only_after_3_s_and_back_after_15_s(
    tmp_path: Path, free_port: Callable[[], int]
) -> None:
    port = free_port()
    async with AsyncExitStack() as hubs:
        backup = await hubs.enter_async_context(
            running(tmp_path / "backup", discovery_port=port, role="backup")
        )
        plug = await hubs.enter_async_context(plugged(rig.plug(tmp_path / "plug", port)))
        await rig.until_async(lambda: plug.show()["wifi"]["status"] == "connected", "Wi-Fi")
        begun = time.monotonic()
        await joined(backup, plug)
        waited = time.monotonic() - begun
        assert waited > BACKUP_WAIT_S - 0.2
        standard = await hubs.enter_async_context(running(tmp_path / "standard", discovery_port=port))
        begun = time.monotonic()
        await joined(standard, plug)
        returned = time.monotonic() - begun
        print(f"backup taken after {waited:.1f} s, left {returned:.1f} s after a standard hub came")
        assert returned > STEADY_S - 0.5
        assert standard.devices()[0].guid == backup.devices()[0].guid
        await rig.until_async(lambda: not at(backup, plug), "the farewell from the backup")
        rig.untroubled(plug)


async def test_development_hubs_are_for_development_plugs(
    tmp_path: Path, free_port: Callable[[], int]
) -> None:
    port = free_port()
    apprentice = rig.plug(tmp_path / "apprentice", port)
    rig.flash_first(apprentice)
    rig.configure(apprentice, development=True)
    async with (
        running(tmp_path / "development", discovery_port=port, development=True) as development,
        plugged(apprentice),
        plugged(rig.plug(tmp_path / "plug", port)) as plug,
    ):
        await joined(development, apprentice)
        await asyncio.sleep(TEMPTED_S)
        assert not at(development, plug)
        async with (
            running(tmp_path / "standard", discovery_port=port) as standard,
            plugged(rig.plug(tmp_path / "normal", port)) as normal,
        ):
            await joined(standard, plug)
            await joined(standard, normal)
            assert at(development, apprentice)
            assert [device.name for device in development.devices()] == ["apprentice"]


@asynccontextmanager
async def listener(speech: bytes) -> AsyncIterator[tuple[int, list[Any]]]:
    """Accepts connections and says that; its port and who came."""
    guests: list[Any] = []

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        guests.append(writer)
        writer.write(speech)
        await reader.read()  # keeps it open until the plug closes
        writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], guests
    finally:
        server.close()
        for writer in guests:
            writer.close()


@pytest.mark.slow
async def test_beacons_that_lie(tmp_path: Path, free_port: Callable[[], int]) -> None:
    """Nobody there, somebody who is silent, somebody who talks nonsense: the plug tries each and goes on."""
    port = free_port()
    plug = rig.plug(tmp_path / "plug", port)
    rig.flash_first(plug, ident=os.urandom(16) + bytes(16))
    async with (
        listener(b"") as (silent, silent_guests),
        listener(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 4) as (nonsense, nonsense_guests),
        announced(port, beacon.encode(0, LOOPBACK, b"nobody at home!!", [(beacon.TCP, free_port())])),
        announced(port, beacon.encode(0, LOOPBACK, b"a silent liar!!!", [(beacon.TCP, silent)])),
        announced(port, beacon.encode(0, LOOPBACK, b"a talking liar!!", [(beacon.TCP, nonsense)])),
        announced(port, b"TWIG\x00\x01garbage"),
        plugged(plug),
    ):
        await rig.until_async(lambda: silent_guests and nonsense_guests, "the plug at the liars", 60)
        async with running(tmp_path / "hub", discovery_port=port) as hub:
            await joined(hub, plug, 60)
            rig.untroubled(plug)


@pytest.mark.proof
async def test_a_new_plug_leaves_a_hub_that_gives_no_guid(
    tmp_path: Path, free_port: Callable[[], int]
) -> None:
    port = free_port()
    async with (
        listener(b"") as (silent, guests),
        announced(port, beacon.encode(0, LOOPBACK, b"a silent liar!!!", [(beacon.TCP, silent)])),
        plugged(rig.plug(tmp_path / "plug", port)) as plug,
    ):
        await rig.until_async(lambda: guests, "the plug at the liar")
        async with running(tmp_path / "hub", discovery_port=port) as hub:
            await joined(hub, plug, 60)
            rig.untroubled(plug)


@pytest.mark.slow
async def test_a_liar_with_the_right_guid(tmp_path: Path, free_port: Callable[[], int]) -> None:
    """Somebody announces the known hub under an address where nobody listens."""
    port = free_port()
    async with (
        running(tmp_path / "hub", discovery_port=port) as hub,
        plugged(rig.plug(tmp_path / "plug", port)) as plug,
    ):
        await joined(hub, plug)
        known = bytes.fromhex(hub.guid.replace("-", ""))
        async with announced(port, beacon.encode(0, LOOPBACK, known, [(beacon.TCP, free_port())]), 0.5):
            await asyncio.to_thread(plug.power_cut)
            await rig.until_async(lambda: not at(hub, plug), "the hub's notice", 90)
            await asyncio.to_thread(plug.power_on)
            await joined(hub, plug, 60)
