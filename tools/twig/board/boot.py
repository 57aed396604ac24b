"""Waits for the line that the chip's ROM prints when power comes."""

import re
import time
from dataclasses import dataclass
from enum import Enum
from typing import Any

import serial

# Somebody has to take a wire off and put it on again.
PATIENCE_S = 60.0
READ_S = 0.2
PULSE_S = 0.1
KEPT = 200  # bytes; the line has about 60


class Boot(Enum):
    """How the wait has ended."""

    RUNS = "from flash"
    LOADER = "in its loader: the button was held"
    SILENT = "no line"


@dataclass(frozen=True)
class Rom:
    """`mode`: finds how it boots in what it prints at `baud`; `flash`: what stands there for its flash."""

    baud: int
    mode: re.Pattern[bytes]
    flash: bytes


# It divides its clock as for a crystal of 40 MHz; with the 26 MHz of these boards it comes to this.
ESP8266 = Rom(74880, re.compile(rb"boot mode:\((\d),"), b"3")
ESP32 = Rom(115200, re.compile(rb"boot:0x[0-9a-f]+ \((\w+)"), b"SPI_FAST_FLASH_BOOT")


def wait(port: str, rom: Rom, patience: float = PATIENCE_S) -> Boot:
    """Reset the chip where the adapter can, and wait for its next boot."""
    end, found = time.monotonic() + patience, Boot.SILENT
    while time.monotonic() < end and found is not Boot.RUNS:
        try:
            with serial.serial_for_url(port, rom.baud, timeout=READ_S) as line:
                _reset(line)
                found = _watch(line, rom, end, found)
        except ValueError:  # not every adapter knows 74880 baud
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


def _watch(line: Any, rom: Rom, end: float, found: Boot) -> Boot:
    seen = b""
    while time.monotonic() < end and found is not Boot.RUNS:
        seen = (seen + line.read(KEPT))[-2 * KEPT :]
        modes = rom.mode.findall(seen)
        if modes:
            found = Boot.RUNS if modes[-1] == rom.flash else Boot.LOADER
    return found
