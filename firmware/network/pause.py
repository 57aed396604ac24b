"""After a connection: what was learnt of the hub, and the wait for the next try. Loaded for that only."""

from asyncio import sleep_ms
from time import ticks_add, ticks_diff, ticks_ms

from firmware.network.backoff import FIRST_MS, around, jitter, longer

POLL_MS = 50
HURRY_MS = 5000  # a random wait below that once the wanted hub is heard
FAILED_MAX = 8


async def run(session, target):
    """Return when it is time; a beacon of the wanted hub ends the wait soon, unless that hub rejected us."""
    if session.link.again:  # it has brought a key
        session.link.again = False
        session.ears.hub = session.link.hub
        return
    _learn(session, target)
    patient = session.link.pause
    end = ticks_add(ticks_ms(), patient or around(session.wait))
    session.wait = longer(session.wait)
    while (patient or session.wifi_up()) and ticks_diff(end, ticks_ms()) > 0:
        await sleep_ms(POLL_MS)
        if not patient and 0 <= session.ears.age() <= 2 * POLL_MS:
            patient = 1
            soon = ticks_add(ticks_ms(), jitter(HURRY_MS))
            end = soon if ticks_diff(end, soon) > 0 else end


def _learn(session, target):
    link = session.link
    session.ears.hub = link.hub
    session.probe_at = None
    if link.accepted:
        session.wait = FIRST_MS
        session.failed.pop(target, None)
    if target[0] is None:
        session.failing = None if link.accepted else session.failing or ticks_ms()
    elif session.wifi_up() and not link.accepted and not link.pause:
        if len(session.failed) == FAILED_MAX:
            session.failed.clear()
        session.failed[target] = ticks_ms()
