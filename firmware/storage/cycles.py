"""The power-cycle gesture: six times power in a row, each but the last for less than SHORT_S seconds.

It opens setup mode for a plug whose button cannot be reached, and never wipes anything. Counted in a file of
one byte, which a power-on writes and SHORT_S seconds of power remove; a reset does neither.
"""

import os

import machine

from firmware.storage import atomic

PATH = "cycles"
SHORT_S = 8  # a plug that is only moved to another socket stays longer
SHORT_BEFORE = 5


def begin():
    """Once at each start: True when this is the power-on that completes the gesture."""
    if machine.reset_cause() != machine.PWRON_RESET:
        return False
    count = _count() + 1
    if count > SHORT_BEFORE:
        over()
        return True
    try:
        atomic.write(PATH, bytes([count]))
    except OSError as error:  # a full flash costs the gesture, not the start
        print("power-on not counted:", error)
    return False


def over():
    """After SHORT_S seconds: this power-on was no short one. Writes only where something was counted."""
    try:
        os.remove(PATH)
    except OSError:  # none was
        pass


def _count():
    raw = atomic.read(PATH)
    return raw[0] if len(raw) == 1 and raw[0] <= SHORT_BEFORE else 0
