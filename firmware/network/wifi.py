"""Joins one of the configured Wi-Fi networks. Loaded for that and forgotten."""

from asyncio import sleep_ms
from time import ticks_diff, ticks_ms

import network

from firmware.network.backoff import FIRST_MS, around, longer

POLL_MS = 50
TRY_MS = 15000  # association and DHCP of a slow access point take up to 10 s
LONGEST_MS = 600000  # with several networks: each change from one to another writes the SDK's flash


def start(name):
    """Station on, under the plug's name; the soft AP, which the chip starts with, off. The station."""
    network.WLAN(network.AP_IF).active(False)
    network.hostname("".join([c if c.isalpha() or c.isdigit() else "-" for c in name])[:32])
    station = network.WLAN(network.STA_IF)
    station.active(True)
    return station


async def run(networks, up):
    """Return when one of the networks ({ssid, password}) is joined; tries them for ever, the SDK's first."""
    last = network.WLAN(network.STA_IF).config("ssid")
    networks = sorted(networks, key=lambda known: known["ssid"] != last)
    told = set()
    wait = FIRST_MS
    patience = TRY_MS
    while True:
        for known in networks:
            _ask(known["ssid"], known.get("password", ""), told)
            if await _within(patience, up):
                return
        if await _within(around(wait), up) and networks:
            return
        wait = longer(wait)
        if len(networks) > 1:
            patience = min(2 * patience, LONGEST_MS)


def _ask(ssid, password, told):
    """Have the SDK join it. It is told once what it knows already, where that has failed: its flash wears."""
    station = network.WLAN(network.STA_IF)
    trying = station.status() in (network.STAT_IDLE, network.STAT_CONNECTING, network.STAT_GOT_IP)
    try:
        if station.config("ssid") != ssid or not (trying or ssid in told):
            told.add(ssid)
            station.disconnect()
            station.connect(ssid, password)
        elif station.status() not in (network.STAT_CONNECTING, network.STAT_GOT_IP):
            station.connect()
    except OSError as error:  # the SDK does not take them
        print("wifi", ssid, error)


async def _within(milliseconds, up):
    start = ticks_ms()
    while not up() and ticks_diff(ticks_ms(), start) < milliseconds:
        await sleep_ms(POLL_MS)
    return up()
