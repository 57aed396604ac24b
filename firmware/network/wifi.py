"""Joins one of the configured Wi-Fi networks. Loaded for that and forgotten."""

from asyncio import sleep_ms
from time import ticks_diff, ticks_ms

import network

from firmware.network.backoff import FIRST_MS, around, longer

POLL_MS = 50
TRY_MS = 15000  # association and DHCP of a slow access point take up to 10 s


def start(name):
    """Station on, under the plug's name; the soft AP, which the chip starts with, off. The station."""
    network.WLAN(network.AP_IF).active(False)
    network.hostname("".join([c if c.isalpha() or c.isdigit() else "-" for c in name])[:32])
    station = network.WLAN(network.STA_IF)
    station.active(True)
    return station


async def run(networks, up):
    """Return when one of the networks ({ssid, password}) is joined; tries them for ever."""
    wait = FIRST_MS
    while True:
        for known in networks:
            if await _try(known["ssid"], known.get("password", ""), up):
                return
        await sleep_ms(around(wait))
        wait = longer(wait)


async def _try(ssid, password, up):
    station = network.WLAN(network.STA_IF)
    # The SDK joins the network that it knows by itself; asking again would write its flash.
    if station.config("ssid") != ssid or station.status() in (network.STAT_IDLE, network.STAT_WRONG_PASSWORD):
        try:
            station.connect(ssid, password)
        except OSError as error:  # the SDK does not take them
            print("wifi", ssid, error)
            return False
    start = ticks_ms()
    while not up():
        if ticks_diff(ticks_ms(), start) > TRY_MS:
            station.disconnect()
            return False
        await sleep_ms(POLL_MS)
    return True
