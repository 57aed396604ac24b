"""Does in run mode what the button was held for. Loaded for that and forgotten."""

import os

from firmware import lazy, record
from firmware.drivers import gesture, led
from firmware.modes import reasons

NAMES = ("", "identify", "report", "setup", "factory reset", "rescue")
RESCUE_FILES = ("rescue.mpy", "rescue.py")


def act(panel, session):
    """Do the panel's gesture; a reason to open setup mode, or None. May reset the chip.

    MemoryError: the gesture is still there, for another try."""
    wanted = panel.gesture
    print("button:", NAMES[wanted])
    if wanted == gesture.REPORT:
        _report(session.link)
    else:
        _reset(panel, wanted)
    return reasons.BUTTON if panel.take() == gesture.SETUP else None


def in_setup(panel, reason):
    """The same in setup mode; its own gesture makes of a fallback access point one that is open for all."""
    wanted = panel.gesture
    print("button:", NAMES[wanted])
    if wanted == gesture.SETUP and reason in (reasons.POWER, reasons.FALLBACK):
        lazy.call("firmware.modes.why", "by_reset")
    _reset(panel, wanted)
    panel.take()


def _reset(panel, wanted):
    if wanted == gesture.RESET:
        _factory_reset(panel)
    elif wanted == gesture.RESCUE:
        _rescue(panel)


def _report(link):
    if link.joined:
        for io in link.ios:
            io.reported = None  # the next tick reports it
        link.told = None  # the status follows within a second


def _factory_reset(panel):
    from firmware.storage import wipe

    try:
        wipe.begin()
    except OSError as error:
        print("factory reset:", error)
        panel.watch = lazy.make("firmware.drivers.gesture", "watch", panel, led.ERROR)
    else:
        record.reset()


def _rescue(panel):
    if not [name for name in RESCUE_FILES if name in os.listdir()]:
        print("no rescue on this plug")
        panel.watch = lazy.make("firmware.drivers.gesture", "watch", panel, led.ERROR)
        return
    record.raw[record.MODE] = record.RESCUE
    record.reset()
