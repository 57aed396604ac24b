"""What a boot begins with: why it came, and whether in setup mode. Loaded for that and forgotten."""

from firmware import lazy, record
from firmware.modes.reasons import BUTTON, NEW, POWER
from firmware.storage import cycles, history

SHIFT = 4  # the reason stands in the upper half of the record's mode


def at_boot():
    """A reason of `modes.reasons`, 0 for run mode."""
    wanted = record.raw[record.MODE] >> SHIFT
    record.raw[record.MODE] = 0
    record.save()
    many = cycles.begin()
    history.note(True)
    if not lazy.call("firmware.storage.config", "load").get("wifi"):
        return NEW
    return POWER if many else wanted


def by_reset():
    """Into setup mode by a reset: a scan needs a chip whose watchdog is not armed yet."""
    record.raw[record.MODE] = BUTTON << SHIFT
    record.reset()
