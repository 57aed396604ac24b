"""Setup mode: an access point with a page on which a phone sets the plug up. Relay and button go on."""

import gc
from asyncio import create_task, sleep_ms
from time import ticks_diff, ticks_ms

from firmware import lazy, record
from firmware.drivers import led
from firmware.modes import loop
from firmware.modes.reasons import FALLBACK
from firmware.portal import dns
from firmware.portal.portal import ADDRESS, Portal
from firmware.portal.server import Server
from firmware.storage.cycles import SHORT_S

MODE = 1  # in the record, for those who look at it; it is not entered by it
COLLECT_MS = 3000  # a full heap is collected anyway, but then it lies in pieces
SCAN_AFTER_MS = 300  # for the answer to the request to leave
SHORT_MS = SHORT_S * 1000  # power that lasts so long is no part of the power-cycle gesture


def main(panel, reason):
    """Offer the access point until a network was joined, or the time is over."""
    return loop.run(_run(panel, reason))


async def _run(panel, reason):
    global _begin
    record.raw[record.MODE] = MODE
    record.save()
    # Where run mode has armed the chip's watchdog it is for good, and a scan takes as long as that waits.
    dog = lazy.call("firmware.modes.watch", "dog", panel, _settings(), reason != FALLBACK)
    portal = Portal(panel, reason)
    _begin(portal)
    _begin = None
    server = Server(portal.handle)
    tasks = [create_task(server.listen()), create_task(dns.serve(ADDRESS))]
    lazy.spent(Portal, Server)
    try:
        while portal.left_s() != 0:
            await sleep_ms(led.TICK_MS)
            dog.feed()
            panel.tick(led.CONNECTING if portal.busy else led.SETUP)
            portal.tick()
            server.tick()
            try:
                _work(portal, tasks)
                if panel.gesture:
                    lazy.call("firmware.modes.act", "in_setup", panel, reason)
            except MemoryError as error:  # many connections just now: again at the next tick
                print("setup:", error)
            for task in tasks:
                if task.done():
                    tasks.remove(task)
                    await task  # whatever failed ends the mode
    finally:
        for task in tasks + [visit.task for visit in server.visits]:
            while not task.done():  # what went on would keep all this in memory beside the next mode
                task.cancel()
                await sleep_ms(0)
        _end(panel, dog)


def _begin(portal):
    """Open the access point, behind a scan where the watchdog allows it."""
    settings = _settings()
    lazy.call("firmware.portal.point", "prepare")
    if portal.can_scan:
        _scan(portal)
    key = lazy.call("firmware.portal.key", "of", settings) if portal.keyed else ""
    portal.locked = portal.locked or (portal.keyed and not key)
    lazy.call("firmware.portal.point", "start", key)


def _settings():
    return lazy.call("firmware.storage.config", "load")


def _scan(portal):
    try:
        portal.networks = lazy.call("firmware.portal.point", "scan", portal.panel)
    except MemoryError as error:  # many connections just now; the page may ask again
        print("scan:", error)
    portal.scans += 1


async def _try(portal, wanted):
    try:
        await lazy.run("firmware.portal.attempt", portal, wanted)
    except MemoryError as error:  # as above
        print("trial:", error)
        portal.trial = ("failed", portal.trial[1], "")
        portal.busy = False


def _end(panel, dog):
    lazy.call("firmware.portal.point", "stop")
    if dog is not panel.dog:
        dog.stop()
    record.raw[record.MODE] = 0
    record.save()


def _work(portal, tasks):
    """What the page has asked for, and what is due; MemoryError: the rest is done the next time."""
    if portal.wanted:
        tasks.append(create_task(_try(portal, portal.wanted)))
        portal.wanted = None
    if portal.scan_at is not None and ticks_diff(ticks_ms(), portal.scan_at) > SCAN_AFTER_MS:
        _scan(portal)
        portal.scan_at = None
    if portal.fresh and ticks_diff(ticks_ms(), portal.opened) > SHORT_MS:
        lazy.call("firmware.storage.cycles", "over")
        portal.fresh = False
    if ticks_diff(ticks_ms(), portal.collected) > COLLECT_MS:
        portal.collected = ticks_ms()
        gc.collect()
