"""The last resets that nobody asked for, newest first, one a line: boot count, cause, text of the crash.

Not here: power-on and orderly resets, which the record counts. What cannot be read is no reset.
"""

import machine

from firmware import record
from firmware.board import this
from firmware.storage import atomic

PATH = "history"
KEPT = 8
TEXT_MAX = 60  # characters: eight lines are well below a flash block
SIZE_MAX = 1024  # bytes; a larger file is none of ours
NOTED = 128  # this bit of the record's length of the text: it stands in the history already


def note(start):
    """Write down why this start was, when nobody asked for it. `start`: it has just begun.

    While one crash follows another flash is spared: the last of them is noted once the plug is well."""
    if start and record.wait_s():
        return
    length = record.raw[record.TEXT]
    crashed = 0 < length < NOTED
    cause = machine.reset_cause()
    if this.CHIP == "ESP32":  # there an orderly reset is a hard one, and so is an exception: that left a text
        expected = cause != machine.WDT_RESET
    else:
        expected = cause in (machine.PWRON_RESET, machine.SOFT_RESET, machine.DEEPSLEEP_RESET)
    if not crashed and (expected or not start):
        return
    text = record.raw[record.TEXT + 1 :][: min(length, TEXT_MAX)] if crashed else b""
    boots = record.raw[record.RESETS] | record.raw[record.RESETS + 1] << 8
    newest = b"%d %d " % (boots, cause) + bytes([max(byte, ord(" ")) for byte in text])
    try:
        atomic.write(PATH, b"\n".join([newest] + lines()[: KEPT - 1]))
    except OSError as error:  # a full flash must not stop the plug
        print("reset not noted:", error)
        return
    if crashed:
        record.raw[record.TEXT] = length | NOTED
        record.save()


def lines():
    """The lines that can be read."""
    raw = atomic.read(PATH)
    if len(raw) > SIZE_MAX:
        return []
    return [line for line in raw.split(b"\n") if _is_whole(line)][:KEPT]


def _is_whole(line):
    fields = line.split(b" ", 2)
    return len(fields) == 3 and fields[0].isdigit() and fields[1].isdigit() and max(line) < 127
