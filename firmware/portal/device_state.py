"""What the page of run mode shows, and its switch. Loaded for one request and forgotten."""

import gc
import json

import network

from firmware.board import this
from firmware.network import signal
from firmware.portal.statuses import BAD_REQUEST, BUSY, OK
from firmware.storage.mask import masked
from firmware.version import VERSION


def of(door, path, content):
    """(HTTP status, JSON) of GET /state and /about, of POST /relay and /restart; nothing secret is in it.

    `content`: what was posted; for /about the settings and the resets.
    """
    if path == "/state":
        return OK, json.dumps(_state(door))
    if path == "/about":
        return OK, json.dumps(_about(*content))
    if path == "/relay":
        return _switch(door.panel.relays, content.get("index"), content.get("on"))
    return OK, '{"ok": true}'  # `listen` restarts, behind the answer


def _state(door):
    return {
        "about": door.age,
        "uptime_s": door.health.uptime_s,
        "rssi": signal.dbm() if this.CHIP == "ESP32" else network.WLAN(network.STA_IF).status("rssi"),
        "heap_free": gc.mem_free(),
        "relay": [relay.on for relay in door.panel.relays],
        "hub": door.session.link.joined,
    }


def _about(settings, resets):
    return {
        "name": settings.get("name", "Twig"),
        "model": this.MODEL,
        "version": VERSION,
        "config": masked(settings),
        "resets": resets,
    }


def _switch(relays, index, on):
    if type(index) is not int or not 0 <= index < len(relays) or not isinstance(on, bool):
        return BAD_REQUEST, '{"text": "which relay, and on or off?"}'
    if not relays[index].set(on):
        return BUSY, '{"code": "busy"}'
    return OK, '{"ok": true}'
