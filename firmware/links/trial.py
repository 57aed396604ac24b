"""A new configuration on trial (PROTOCOL section 3). Loaded for that and forgotten.

`config.try` holds it; config.json is the old one meanwhile. A trial that a reset or a power cut ends has
failed. The file of a failed one stays until `links.status` has reported it.
"""

from asyncio import create_task, sleep_ms
from time import ticks_diff, ticks_ms

import network

from firmware import lazy
from firmware.network.backoff import FIRST_MS
from firmware.protocol.beacon import PORT

ANSWER_MS = 500  # for the Acknowledge to leave
TRIAL_MS = 180000
POLL_MS = 100
KEEPER = 0  # the session's own task among its tasks: the first one


async def run(session):
    """Try it for three minutes; keep it when a hub accepts the device, else go back."""
    moved, dhcp, aimed = _differences()
    await sleep_ms(ANSWER_MS)
    await _start_over(session, moved, dhcp)
    if await _accepted(session, aimed):
        lazy.call("firmware.storage.store", "keep_trial")
        session.trying = False
        print("new settings kept")
        return
    print("new settings taken back")
    session.trying = False
    await _start_over(session, moved, moved and not session.settings().get("address"))


def _differences():
    """Whether Wi-Fi changes, whether DHCP is to be had again, whether the hub's address is a new one."""
    old, new = [lazy.call("firmware.storage.current", "load", trying) for trying in (False, True)]
    moved = [old.get("wifi"), old.get("address")] != [new.get("wifi"), new.get("address")]
    dhcp = moved and not new.get("address")
    return moved, dhcp, bool(new.get("hub")) and old.get("hub") != new.get("hub")


async def _accepted(session, aimed):
    """Whether a hub accepts the device in time; `aimed`: only one at the configured address counts."""
    start = ticks_ms()
    while ticks_diff(ticks_ms(), start) < TRIAL_MS:
        if session.link.accepted and not (aimed and session.found):
            return True
        await sleep_ms(POLL_MS)
    return False


async def _start_over(session, moved, dhcp):
    """Let the session begin anew with the settings that count now; `moved`: leave the Wi-Fi, too."""
    keeper = session.tasks.pop(KEEPER)
    while not keeper.done():
        keeper.cancel()  # more than once: a link takes the first one for its own end
        await sleep_ms(POLL_MS)
    if moved:
        _leave(dhcp)
    session.anew = moved
    session.wait = FIRST_MS
    session.failed.clear()
    session.failing = session.probe_at = None
    settings = session.settings()
    session.ears.port = settings.get("discovery_port", PORT)
    link = session.link
    link.about = link.about[:2] + (settings.get("name", "Twig"),)
    link.accepted = False
    session.tasks.insert(KEEPER, create_task(session.keep(0)))


def _leave(dhcp):
    station = network.WLAN(network.STA_IF)
    try:
        station.disconnect()
        if dhcp:
            station.ifconfig("dhcp")  # type: ignore[call-overload]  # the stubs lack it
    except OSError as error:
        print("wifi:", error)
