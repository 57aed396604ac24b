"""Run mode: relay and button first, then Wi-Fi, discovery and one link. Only a reset ends it."""

import gc

import machine

from firmware import lazy, record
from firmware.board import this
from firmware.drivers import led
from firmware.drivers.panel import Panel

RESTART_MS = 300  # for the acknowledgement to leave


def main():
    """Enter the mode; what the network needs is loaded when relay and button work already."""
    settings = lazy.call("firmware.storage.config", "load")
    panel = Panel(settings.get("power_on", "off"))
    gc.collect()
    import asyncio

    asyncio.run(_run(panel, settings))


async def _run(panel, settings):
    from asyncio import create_task, sleep_ms

    from firmware.modes.health import Health

    wdt = machine.WDT()
    station, session = _connect(panel, settings)
    session.tasks.append(create_task(session.keep(record.wait_s())))
    health = Health()
    while True:
        await sleep_ms(led.TICK_MS)
        wdt.feed()
        panel.tick(_pattern(session.link, station))
        session.tick()
        health.tick(session.link)
        await session.check()
        if session.link.restart:
            await sleep_ms(RESTART_MS)
            record.reset()


def _connect(panel, settings):
    """(station, session) of the settings; both work from the first tick on."""
    from firmware.links.hub import HubLink
    from firmware.links.session import Session
    from firmware.protocol.beacon import PORT
    from firmware.version import VERSION

    name = settings.get("name", "Twig")
    station = lazy.call("firmware.network.wifi", "start", name)
    guid, hub = lazy.call("firmware.links.identity", "load")
    link = HubLink(guid, hub, panel.ios, (this.MODEL, VERSION, name))
    port = settings.get("discovery_port", PORT)
    return station, Session(link, settings, port, station.isconnected)


def _pattern(link, station):
    if link.joined:
        return led.IDENTIFY if link.identify_until else led.OFF
    return led.HUB if station.isconnected() else led.WIFI
