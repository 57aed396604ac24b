"""Which watchdog a mode feeds. Loaded for that and forgotten."""

import machine

from firmware import lazy


def dog(panel, settings, scans=False):
    """The one of this boot; where a mode `scans` before there is one, a Guard of its own."""
    if not panel.dog:
        if settings.get("development"):
            panel.dog = lazy.make("firmware.modes.develop", "begin")
        elif scans:
            return lazy.make("firmware.modes.guard", "Guard")
        else:
            panel.dog = machine.WDT()
    return panel.dog
