"""The access point: on and off, and what can be heard before it is on. Loaded for that and forgotten."""

import json

import network

from firmware.board import this
from firmware.drivers import switch
from firmware.network import mac
from firmware.portal.portal import ADDRESS

MASK = "255.255.255.0"
NETWORKS_MAX = 16  # of the strongest: the page's list costs heap


def prepare():
    """The station on, for scans and trials, and not looking for anything: that would make the point deaf.

    The access point off: the chip starts with the last one's name and key, or with the factory's.
    """
    network.WLAN(network.AP_IF).active(False)
    station = network.WLAN(network.STA_IF)
    station.active(True)
    station.disconnect()


def start(key):
    """Open it, with a password where there is one."""
    point = network.WLAN(network.AP_IF)
    point.active(True)
    security = network.AUTH_WPA2_PSK if key else network.AUTH_OPEN
    wanted = ("Twig-" + mac.tail(), security)
    if key or (point.config("ssid"), point.config("security")) != wanted:  # each change wears the SDK's flash
        point.config(ssid=wanted[0], security=security, key=key)
    point.ifconfig((ADDRESS, MASK, ADDRESS, ADDRESS))


def stop():
    """Close it."""
    network.WLAN(network.AP_IF).active(False)


def scan(panel):
    """[[ssid, dBm, secured], ...] as JSON bytes, the strongest first, each name once. Takes two seconds."""
    station = network.WLAN(network.STA_IF)
    if this.BUTTON:
        panel.button.blind(True)
    if this.INPUTS:
        switch.blind(panel, True)
    try:
        heard = station.scan()
    except OSError as error:
        print("scan:", error)
        heard = []
    finally:
        if this.INPUTS:
            switch.blind(panel, False)
        if this.BUTTON:
            panel.button.blind(False)
    found = []
    for each in sorted(heard, key=lambda each: -each[3]):
        ssid = _text(each[0])
        if ssid and len(found) < NETWORKS_MAX and ssid not in [known[0] for known in found]:
            found.append([ssid, each[3], 1 if each[4] else 0])
    return json.dumps(found).encode()


def _text(raw):
    try:
        return raw.decode()
    except UnicodeError:
        return ""  # such a name could not be shown nor typed
