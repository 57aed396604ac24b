"""The wait between two tries of a hub: doubling, with jitter. Loaded for that and forgotten."""

from asyncio import sleep_ms
from time import ticks_add, ticks_diff, ticks_ms

from firmware.network.backoff import around, jitter, longer

POLL_MS = 50
HURRY_MS = 5000  # a random wait below that once the wanted hub is heard


async def run(session):
    """Return when it is time; a beacon of the wanted hub ends the wait soon, unless that hub rejected us."""
    patient = session.link.pause
    end = ticks_add(ticks_ms(), patient or around(session.wait))
    session.wait = longer(session.wait)
    while session.wifi_up() and ticks_diff(end, ticks_ms()) > 0:
        await sleep_ms(POLL_MS)
        if not patient and 0 <= session.ears.age() <= 2 * POLL_MS:
            patient = 1
            soon = ticks_add(ticks_ms(), jitter(HURRY_MS))
            end = soon if ticks_diff(end, soon) > 0 else end
