"""The event loop of run mode: a tick every 50 ms beside the tasks of the session."""

import asyncio

from firmware import lazy, record
from firmware.board import this
from firmware.drivers import led, switch
from firmware.links.connection import Connection
from firmware.links.hub import HubLink
from firmware.links.session import Session
from firmware.modes import loop
from firmware.modes.health import Health
from firmware.network.ccm import CIPHER
from firmware.network.ears import Ears
from firmware.protocol.beacon import PORT, TLS
from firmware.version import VERSION

WITHOUT_WIFI_MS = 300000  # then the plug offers its access point, and tries again afterwards


def main(panel):
    """Serve a hub until there is a reason to open the access point: that reason, of `modes.reasons`."""
    return loop.run(_run(panel))


async def _run(panel):
    global _connect
    dog, station, session, page = _connect(panel)
    _connect = None
    session.tasks.append(asyncio.create_task(session.keep(record.wait_s())))
    health = Health()
    if page:
        session.door = lazy.make("firmware.portal.door", "Door", panel, session, health)
        lazy.spent(type(session.door))
        lazy.call("firmware.portal.opening", "open", session.door)
    session.joined, session.turns = panel.networks
    lazy.spent(Connection, HubLink, Ears, Session, Health)
    try:
        while True:
            await asyncio.sleep_ms(led.TICK_MS)
            dog.feed()
            panel.tick(_pattern(panel, session.link, station))
            if session.link.restart:
                record.reset()
            try:
                await session.check()
                session.tick()
                health.tick(session.link)
                reason = _reason(panel, session)
            except MemoryError as error:  # something else has the heap just now: again at the next tick
                print("mode:", error)
                continue
            if reason:
                return reason
    finally:
        await session.end()
        panel.networks = session.joined, session.turns


def _reason(panel, session):
    """Why to open the access point now, of `modes.reasons`; None to go on."""
    if panel.gesture:
        return lazy.call("firmware.modes.act", "act", panel, session)
    # A button alone unlocks that access point: without one it would be of no use.
    if this.BUTTON and session.without_wifi_ms() > WITHOUT_WIFI_MS:
        return lazy.call("firmware.modes.fallback", "reason", session)
    return None


def _connect(panel):
    """(watchdog, station, session, whether the plug has a page) as configured."""
    settings = lazy.call("firmware.storage.config", "load")
    dog = lazy.call("firmware.modes.watch", "dog", panel, settings)
    name = settings.get("name", "Twig")
    if not settings.get("led_dark", True):
        panel.online = led.ONLINE
    if this.INPUTS:
        switch.choose(panel, settings.get("switch"))
    station = lazy.call("firmware.network.wifi", "start", name)
    guid, hub = lazy.call("firmware.links.identity", "load")
    link = HubLink(guid, hub, panel.ios, (this.MODEL, VERSION, name))
    if lazy.call("firmware.network.provable", "by", settings)[0] == TLS:
        # Now, while the heap has large pieces.
        link.places = [bytearray(CIPHER), bytearray(CIPHER)]
    port = settings.get("discovery_port", PORT)
    return dog, station, Session(link, port, station.isconnected), bool(settings.get("page_password"))


def _pattern(panel, link, station):
    if link.joined:
        return led.IDENTIFY if link.identify_until else panel.online
    if not station.isconnected():
        return led.CONNECTING
    return led.JOINING if link.sock else led.NO_SERVER
