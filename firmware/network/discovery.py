"""Chooses a hub: the configured one, or by beacons (PROTOCOL section 1). Loaded for that and forgotten."""

from asyncio import sleep_ms
from time import ticks_add, ticks_diff, ticks_ms

from firmware import lazy
from firmware.network import pick
from firmware.network.hubs import POLL_MS
from firmware.protocol.beacon import TCP

DISCOVER_AFTER_MS = 60000  # a configured address may fail so long before discovery is used beside it
AGAIN_MS = 300000  # and is then tried again so often


async def run(session):
    """The target to try, (GUID or None, host, port, whether a backup); None when Wi-Fi went meanwhile."""
    configured, about = lazy.call("firmware.network.wanted", "by", session)
    session.link.plain = about[0] == TCP
    found = lazy.make("firmware.network.hubs", "Hubs", session.ears, *about)
    try:
        while session.wifi_up():
            if configured and _due(session):
                session.again = ticks_add(ticks_ms(), AGAIN_MS)
                return None, configured["host"], configured["port"], False
            target = pick.choose(found, session.failed)
            if target:
                session.probe_at = session.again if configured else None
                return target
            found.solicit()
            await sleep_ms(POLL_MS)
    finally:
        session.ears.discovery = None


def _due(session):
    """Whether the configured address is to be tried: always, or every 5 minutes."""
    if session.failing is None or 0 <= ticks_diff(ticks_ms(), session.failing) < DISCOVER_AFTER_MS:
        return True
    return not 0 <= ticks_diff(session.again, ticks_ms()) <= AGAIN_MS  # due, or days ago
