"""While a backup hub serves: wait for a standard one (PROTOCOL section 1). Loaded for that only."""

from asyncio import sleep_ms

from firmware import lazy
from firmware.network import pick

POLL_MS = 1000


async def run(session):
    """Return when a standard hub has been heard for 15 s, or the hub is sought anew."""
    about = lazy.call("firmware.network.wanted", "by", session)[1]
    found = lazy.make("firmware.network.hubs", "Hubs", session.ears, *about)
    try:
        while session.ears.discovery is found:  # until another hub is sought
            await sleep_ms(POLL_MS)
            if pick.steady(found, session.failed) and session.link.sock:
                session.link.task.cancel()
                return
    finally:
        if session.ears.discovery is found:
            session.ears.discovery = None
