"""What the page of run mode shows and what changes. Loaded for one request and forgotten."""

import gc

import network

from firmware.board import this
from firmware.network import signal
from firmware.portal.statuses import OK


async def run(door, *_):
    """A step: the answer to GET /state."""
    state = {
        "about": door.age,
        "uptime_s": door.health.uptime_s,
        "rssi": signal.dbm() if this.CHIP == "ESP32" else network.WLAN(network.STA_IF).status("rssi"),
        "heap_free": gc.mem_free(),
        "relay": [relay.on for relay in door.panel.relays],
        "hub": door.session.link.joined,
    }
    return "firmware.portal.device_answer", OK, state
