"""The station: joins one of the configured networks and stays there."""

from asyncio import sleep_ms
from time import ticks_diff, ticks_ms

import network

from firmware.network.backoff import Backoff

POLL_MS = 50
TRY_MS = 15000  # association and DHCP of a slow access point take up to 10 s
FIRST_MS = 1000
LAST_MS = 60000

station = network.WLAN(network.STA_IF)


def start(name):
    """Station on, under the plug's name; the soft AP, which the chip starts with, off."""
    network.WLAN(network.AP_IF).active(False)
    network.hostname("".join([c if c.isalpha() or c.isdigit() else "-" for c in name])[:32])
    station.active(True)


def up():
    """True while there is an address."""
    return station.isconnected()


def name_server():
    """The address of the network's name server."""
    return station.ifconfig()[3]


async def join(networks):
    """Return when one of the networks ({ssid, password}) is joined; tries them for ever."""
    wait = Backoff(FIRST_MS, LAST_MS)
    while True:
        for known in networks:
            if await _try(known["ssid"], known.get("password", "")):
                return
        await sleep_ms(wait.next())


async def _try(ssid, password):
    # The SDK joins the network that it knows by itself; asking again would write its flash.
    if station.config("ssid") != ssid or station.status() in (network.STAT_IDLE, network.STAT_WRONG_PASSWORD):
        station.connect(ssid, password)
    start = ticks_ms()
    while not up():
        if ticks_diff(ticks_ms(), start) > TRY_MS:
            station.disconnect()
            return False
        await sleep_ms(POLL_MS)
    return True
