"""Ctrl-C at the serial line leads a developer to MicroPython's prompt. Loaded for that and forgotten.

For all others main.py has switched it off: a stray byte must not stop a plug. At the prompt nobody feeds a
watchdog, and the chip's cannot be stopped: a timer takes its place.
"""

import micropython

from firmware import record
from firmware.modes.guard import Guard
from firmware.version import VERSION

CTRL_C = 3
NEVER = -1


def begin():
    """The watchdog of a boot with `development` in its settings; main.py ends modes by what is put here."""
    dog, crashed, reset = Guard(), record.crashed, record.reset

    def ended(error):
        if not isinstance(error, KeyboardInterrupt):
            crashed(error)
            return
        micropython.kbd_intr(NEVER)
        dog.stop()
        record.raw[record.MODE] = record.raw[record.RUNNING] = 0  # a reset from the prompt is no crash
        record.save()
        record.reset = stay

    def stay():
        record.reset = reset

    record.crashed = ended
    print("Twig", VERSION, "for development: Ctrl-C ends it")
    micropython.kbd_intr(CTRL_C)
    return dog
