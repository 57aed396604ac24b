"""A new configuration on trial (PROTOCOL section 3). Loaded for that and forgotten.

`config.try` holds it; config.json is the old one meanwhile. A trial that a reset or a power cut ends has
failed. The file of a failed one stays until `links.status` has reported it.
"""

from asyncio import sleep_ms
from time import ticks_diff, ticks_ms

from firmware import lazy

ANSWER_MS = 500  # for the Acknowledge to leave
TRIAL_MS = 180000
POLL_MS = 100


async def run(session):
    """Try it for three minutes; keep it when a hub accepts the device, else go back.

    Where its address is a new one only a hub there counts.
    """
    await sleep_ms(ANSWER_MS)
    aimed = await lazy.run("firmware.links.anew", session)
    start = ticks_ms()
    while ticks_diff(ticks_ms(), start) < TRIAL_MS:
        if session.link.accepted and not (aimed and session.found) and _kept():
            session.trying = False
            print("new settings kept")
            return
        await sleep_ms(POLL_MS)
    print("new settings taken back")
    session.trying = False
    await lazy.run("firmware.links.anew", session)


def _kept():
    try:
        lazy.call("firmware.storage.store", "keep_trial")
    except MemoryError:  # the link has it just now
        return False
    return True
