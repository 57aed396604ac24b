"""Tries a network while the access point stays up; only one that works is kept. Loaded for that only."""

from asyncio import sleep_ms
from time import ticks_diff, ticks_ms

import network

from firmware import lazy
from firmware.board import this
from firmware.network import verdict
from firmware.storage.keys import ADDRESS

POLL_MS = 250
ANSWERED_MS = 500  # for the answer to the request to leave: the radio may change its channel
TRY_MS = 25000  # association and DHCP of a slow access point take up to 10 s, and the SDK may try twice
SURE_MS = 4000  # the SDK tries again by itself: a failure must last so long
RETRIES = 2  # an ESP32 tells some failures only after its last try
FOR_EVER = -1


async def run(portal, wanted):
    """Try a configuration; the result is in `portal.trial`, and in config.json when it is connected."""
    known = wanted["wifi"][0]
    await sleep_ms(ANSWERED_MS)
    station = network.WLAN(network.STA_IF)
    try:
        _begin(station, known, wanted.get("address"))
        state = await _result(station)
        if state == "connected":
            lazy.call("firmware.storage.config", "save", wanted)
    except OSError as error:
        print("trial:", error)
        state = "failed"
    address = ""
    if state == "connected":
        address = station.ifconfig()[0]
        portal.saves += 1
    else:
        station.disconnect()  # its search would make the access point deaf
    if this.CHIP == "ESP32":
        station.config(reconnects=FOR_EVER)
    portal.trial = (state, known["ssid"], address)
    portal.busy = False
    if address:
        portal.leave()


def _begin(station, known, address):
    station.disconnect()
    if address:
        station.ifconfig(tuple([address[part] for part in ADDRESS.split(" ")]))
    else:
        station.ifconfig("dhcp")
    if this.CHIP == "ESP32":
        station.config(reconnects=RETRIES)
    station.connect(known["ssid"], known["password"])


async def _result(station):
    names = {
        network.STAT_WRONG_PASSWORD: "wrong_password",
        network.STAT_NO_AP_FOUND: "not_found",
        network.STAT_CONNECT_FAIL: "failed",
    }
    start = since = ticks_ms()
    last = None
    while ticks_diff(ticks_ms(), start) < TRY_MS:
        await sleep_ms(POLL_MS)
        if station.isconnected():
            return "connected"
        status = verdict.of(station, last) if this.CHIP == "ESP32" else station.status()
        if status != last:
            last = status
            since = ticks_ms()
        if status in names and ticks_diff(ticks_ms(), since) >= SURE_MS:
            return names[status]
    return names.get(last, "no_address")  # still connecting: nobody gives it an address
