"""Checks the plain values of a configuration. Loaded for that and forgotten."""

from firmware.board import this
from firmware.storage.check_text import length
from firmware.storage.faults import wish

NAME_MAX = 64  # bytes; the messages that carry it hold 1,536
POWER_ON = ("off", "on", "last")


def check(config):
    """SettingsError for the first bad value; their types are right."""
    length("name", config.get("name", "-"), 1, NAME_MAX)
    wish(config.get("power_on", "on") in POWER_ON, "power_on", "range", "must be off, on or last")
    if this.INPUTS:
        known = config.get("switch", "off") in ("toggle", "push", "off")
        wish(known, "switch", "range", "must be toggle, push or off")
