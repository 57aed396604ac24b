"""Starts the session over with the settings that count now. Loaded for that and forgotten."""

from asyncio import create_task, sleep_ms

import network

from firmware import lazy
from firmware.network.backoff import FIRST_MS
from firmware.protocol.beacon import PORT

POLL_MS = 100
KEEPER = 0  # the session's own task among its tasks: the first one


async def run(session):
    """Between the present settings and those on trial, either way: whether the hub's address is a new one."""
    moved, aimed = _differences()
    keeper = session.tasks.pop(KEEPER)
    while not keeper.done():
        keeper.cancel()  # more than once: a link takes the first one for its own end
        await sleep_ms(POLL_MS)
    settings = session.settings()
    if moved:
        _leave(not settings.get("address"))
    session.anew = moved
    session.wait = FIRST_MS
    session.failed.clear()
    session.failing = session.probe_at = None
    session.ears.port = settings.get("discovery_port", PORT)
    link = session.link
    link.about = link.about[:2] + (settings.get("name", "Twig"),)
    link.accepted = False
    session.tasks.insert(KEEPER, create_task(session.keep(0)))
    return aimed


def _differences():
    """Whether Wi-Fi changes, whether a hub's address does."""
    old, new = [lazy.call("firmware.storage.current", "load", trying) for trying in (False, True)]
    moved = [old.get("wifi"), old.get("address")] != [new.get("wifi"), new.get("address")]
    return moved, bool(new.get("hub")) and old.get("hub") != new.get("hub")


def _leave(dhcp):
    station = network.WLAN(network.STA_IF)
    try:
        station.disconnect()
        if dhcp:
            station.ifconfig("dhcp")  # type: ignore[call-overload]  # the stubs lack it
    except OSError as error:
        print("wifi:", error)
