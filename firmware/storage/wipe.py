"""Factory reset: settings, identity and what the plug remembers are forgotten; trust, slots and relay stay.

A power cut leaves all of it or none: once the file `wipe` is there, every start goes on with it before the
configuration is read, and that file goes last.
"""

import os
from errno import ENOENT

import network

from firmware.storage import atomic

MARK = "wipe"
FILES = (
    "config.json",
    "config.old",
    "config.bad",
    "config.try",
    "ident",
    "relay",
    "history",
    "cycles",
    "keys",
)


def begin():
    """Forget everything; the caller resets the chip afterwards. OSError: the flash does not take it."""
    atomic.write(MARK, b"\x01")
    finish()


def finish():
    """Go on with what `begin` has begun."""
    for name in FILES:
        _remove(name)
        _remove(name + ".new")
    _forget_wifi()
    _remove(MARK + ".new")
    _remove(MARK)


def _remove(name):
    try:
        os.remove(name)
    except OSError as error:
        if error.errno != ENOENT:  # the mark stays, so that it is tried again
            raise


def _forget_wifi():
    """The SDK keeps a network of its own and joins it before Python starts."""
    station = network.WLAN(network.STA_IF)
    if not station.config("ssid"):
        return
    station.active(True)
    station.disconnect()
    try:
        station.connect("", "")
    except OSError as error:  # it has kept them before it refuses to join
        print("wifi:", error)
    station.disconnect()
