"""Real hubs on loopback for the tests."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests_host.device import Device, Wire, connect
from twig.hub.hub import Hub
from twig.hub.settings import HubSettings, Limits, Timing

# Short, so that no test waits for long; long enough for two busy cores.
QUICK = Timing(
    beacon=0.2,
    message=0.6,
    register=1.0,
    handshake=0.4,
    keep_alive=0.3,
    time=600.0,
    answer=1.0,
    write=1.0,
    linger=0.3,
    flush=0.05,
)
PATIENT = replace(QUICK, message=10.0, register=30.0, handshake=10.0, keep_alive=20.0)


def settings(
    data: Path, timing: Timing = PATIENT, limits: Limits | None = None, **others: Any
) -> HubSettings:
    """Settings of a hub on loopback and on free ports."""
    ports = dict.fromkeys(("device_port", "tls_port", "release_port", "discovery_port"), 0)
    places = {"host": "127.0.0.1", "interface": "127.0.0.1", **ports}
    return HubSettings(
        data=data, timing=timing, limits=limits or Limits(), **{"insecure": True, **places, **others}
    )


@asynccontextmanager
async def running(data: Path, **others: Any) -> AsyncIterator[Hub]:
    """A hub that runs within the context."""
    hub = Hub(settings(data, **others))
    await hub.start()
    try:
        yield hub
    finally:
        await hub.stop()


def bearer(hub: Hub) -> dict[str, str]:
    """Headers by which a hub in this process lets a program do everything."""
    return {"Authorization": f"Bearer {hub.access.local}"}


def local_bearer(data: Path) -> dict[str, str]:
    """The same for a hub that runs as a process with that data directory."""
    return {"Authorization": f"Bearer {(data / 'local-token').read_text().strip()}"}


async def until(condition: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait until something holds; TimeoutError."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def joined(hub: Hub, device: Device | None = None) -> AsyncIterator[tuple[Device, Wire]]:
    """A device that has joined a hub."""
    wire = await connect(hub.ports["device"], device)
    try:
        await wire.device.join()
        yield wire.device, wire
    finally:
        await wire.close()
