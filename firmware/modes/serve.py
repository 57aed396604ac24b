"""The event loop of run mode: a tick every 50 ms beside the tasks of the session."""

import asyncio

import machine

from firmware import lazy, record
from firmware.board import this
from firmware.drivers import led
from firmware.links.connection import Connection
from firmware.links.hub import HubLink
from firmware.links.session import Session
from firmware.modes.health import Health
from firmware.network.ears import Ears
from firmware.protocol.beacon import PORT
from firmware.version import VERSION


def main(panel):
    """Serve a hub for ever."""
    asyncio.run(_run(panel))


async def _run(panel):
    global _connect
    wdt = machine.WDT()
    station, session = _connect(panel)
    _connect = None
    session.tasks.append(asyncio.create_task(session.keep(record.wait_s())))
    health = Health()
    lazy.spent(Connection, HubLink, Ears, Session, Health)
    while True:
        await asyncio.sleep_ms(led.TICK_MS)
        wdt.feed()
        panel.tick(_pattern(session.link, station))
        session.tick()
        health.tick(session.link)
        await session.check()
        if session.link.restart:
            record.reset()


def _connect(panel):
    """(station, session) as configured; both work from the first tick on."""
    settings = lazy.call("firmware.storage.config", "load")
    name = settings.get("name", "Twig")
    station = lazy.call("firmware.network.wifi", "start", name)
    guid, hub = lazy.call("firmware.links.identity", "load")
    link = HubLink(guid, hub, panel.ios, (this.MODEL, VERSION, name))
    port = settings.get("discovery_port", PORT)
    return station, Session(link, port, station.isconnected)


def _pattern(link, station):
    if link.joined:
        return led.IDENTIFY if link.identify_until else led.OFF
    return led.HUB if station.isconnected() else led.WIFI
