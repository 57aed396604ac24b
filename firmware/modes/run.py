"""Run mode: relay and button first, then Wi-Fi, discovery and one link. Only a reset ends it."""

import gc

import machine
import record

from firmware.board import this
from firmware.drivers import led
from firmware.drivers.panel import Panel
from firmware.network import wifi
from firmware.storage import config
from firmware.version import VERSION


def main():
    """Enter the mode; what the network needs is loaded when relay and button work already."""
    settings = config.load()
    panel = Panel(settings.get("power_on", "off"))
    gc.collect()
    import asyncio

    asyncio.run(_run(panel, settings))


async def _run(panel, settings):
    from asyncio import create_task, sleep_ms

    from firmware.modes.health import Health

    wdt = machine.WDT()
    session = _session(panel, settings)
    session.tasks.append(create_task(session.keep(settings.get("wifi", ()), record.wait_s())))
    health = Health()
    while True:
        await sleep_ms(led.TICK_MS)
        wdt.feed()
        panel.tick()
        session.tick()
        health.tick(session.link, session.joined())
        panel.led.show(_pattern(session))
        await session.check()
        if session.link.restart:
            record.reset()


def _session(panel, settings):
    from firmware.links.hub import HubLink
    from firmware.links.session import Session
    from firmware.network.discovery import Discovery
    from firmware.protocol.beacon import PORT, TCP

    name = settings.get("name", "Twig")
    wifi.start(name)
    link = HubLink(panel.ios, (this.MODEL, VERSION, name))
    port = settings.get("discovery_port", PORT)
    discovery = Discovery(port, TCP, settings.get("development", False), link.hub)
    return Session(link, discovery, settings.get("hub"))


def _pattern(session):
    if session.joined():
        return led.IDENTIFY if session.link.identifying() else led.OFF
    return led.HUB if wifi.up() else led.WIFI
