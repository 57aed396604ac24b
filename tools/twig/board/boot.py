"""Waits for the line that the chip's ROM prints when power comes."""

import re
import time
from enum import Enum
from typing import Any

import serial

# The ROM divides its clock as for a crystal of 40 MHz; with the 26 MHz of these boards it comes to this.
ROM_BAUD = 74880
# Somebody has to take a wire off and put it on again.
PATIENCE_S = 60.0
READ_S = 0.2
PULSE_S = 0.1
KEPT = 200  # bytes; the line has 45
MODE = re.compile(rb"boot mode:\((\d),")
FROM_FLASH, LOADER = b"3", b"1"


class Boot(Enum):
    """How the wait has ended."""

    RUNS = "from flash"
    LOADER = "in its loader: the button was held"
    SILENT = "no line"


def wait(port: str, patience: float = PATIENCE_S) -> Boot:
    """Reset the chip where the adapter can, and wait for its next boot."""
    end, found = time.monotonic() + patience, Boot.SILENT
    while time.monotonic() < end and found is not Boot.RUNS:
        try:
            with serial.serial_for_url(port, ROM_BAUD, timeout=READ_S) as line:
                _reset(line)
                found = _watch(line, end, found)
        except ValueError:  # not every adapter knows ROM_BAUD
            break
        except OSError:  # whoever takes the power away may pull the adapter: wait for it
            time.sleep(READ_S)
    return found


def _reset(line: Any) -> None:
    """RTS is the reset on boards that have one; on a plug it ends nowhere."""
    line.dtr = False
    line.rts = True
    time.sleep(PULSE_S)
    line.rts = False


def _watch(line: Any, end: float, found: Boot) -> Boot:
    seen = b""
    while time.monotonic() < end and found is not Boot.RUNS:
        seen = (seen + line.read(KEPT))[-2 * KEPT :]
        modes = MODE.findall(seen)
        if modes:
            found = Boot.RUNS if modes[-1] == FROM_FLASH else Boot.LOADER
    return found
