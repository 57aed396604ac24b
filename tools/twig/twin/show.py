"""What a virtual plug shows of itself, read from its directory by any process."""

import struct
import time
from pathlib import Path
from typing import Any

from twig.twin import leds, serial, state
from twig.twin.directory import Directory, PlugError
from twig.twin.model import Model, model
from twig.twin.state import State, StateError

CAUSES = {0: "power on", 1: "watchdog", 2: "exception", 4: "software", 5: "deep sleep", 6: "reset pin"}
OFF, ROM_LOADER, PROMPT = "off", "rom loader", "prompt"
CHIP_MODES = {state.MODE_OFF: OFF, state.MODE_ROM_LOADER: ROM_LOADER, state.MODE_REPL: PROMPT}
SETUP = "setup"
RESCUE = "rescue"
FIRMWARE_MODES = ("run", SETUP, "update", RESCUE)
BOOT = "boot"
STATION = ("idle", "connecting", "wrong password", "no such network", "failed", "connected")
# firmware/record.py, behind MicroPython's own 20 bytes of RTC memory.
RECORD = "<4sBBBBHH"
RECORD_AT = 20
MAGIC = b"TWIG"
# Edges within that time name the LED's pattern.
LED_S = 10.0


def open_state(data: Path) -> State:
    """The state of the plug in a directory; PlugError when there is none."""
    Directory(data).about()
    try:
        return State(data)
    except StateError as error:
        raise PlugError(str(error)) from None


def show(data: Path, chip: State | None = None) -> dict[str, Any]:
    """Everything about the plug in `data`; figures of the heap are bytes, None under CPython."""
    about = Directory(data).about()
    opened = chip or open_state(data)
    try:
        return _show(about, opened, model(about["model"]))
    finally:
        if chip is None:
            opened.close()


def _show(about: dict[str, Any], chip: State, board: Model) -> dict[str, Any]:
    record = _record(chip)
    return {
        "model": board.name,
        "python": about["python"],
        "mode": mode(chip, board),
        "pid": chip.pid or None,
        "uptime_s": round(chip.uptime_s, 3) if chip.pid else None,
        "reset_cause": CAUSES.get(chip.reset_cause, str(chip.reset_cause)),
        "boots": chip.boots,
        "resets": chip.boots - about["power_ons"],
        "watchdog": chip.wdt_bites,
        "crashes": record[6] if record else 0,
        "pins": pins(chip, board),
        "led": led(chip, board),
        "wifi": {
            "status": STATION[min(chip.station_status, 5)],
            "ssid": chip.station_ssid,
            "joins": chip.connects,
        },
        "access_point": access_point(chip),
        "address": chip.interface,
        "heap": None if about["python"] else heap(chip),
        "flash_operations": chip.flash_ops,
        "interrupt_errors": chip.irq_errors,
    }


def mode(chip: State, board: Model) -> str:
    """off, boot (until the button is armed), run, setup, update, rescue, rom loader or prompt."""
    if chip.mode != state.MODE_RUNNING:
        return CHIP_MODES[chip.mode]
    record = _record(chip)
    if not chip.main_started or not record or not record[4]:
        return BOOT
    found = FIRMWARE_MODES[record[2]] if record[2] < len(FIRMWARE_MODES) else str(record[2])
    armed = not board.button or chip.pin(board.button[0]).trigger
    return found if armed or found == RESCUE else BOOT


def pins(chip: State, board: Model) -> dict[str, bool]:
    """relay: on; button: pressed; led: lit. Further relays are relay2 and so on."""
    found = {}
    for number, (gpio, active) in enumerate(board.relays, 1):
        on = chip.pin(gpio).level == active if not board.baud else serial.on(chip, gpio)
        found["relay" if number == 1 else f"relay{number}"] = on
    for name, pin in (("button", board.button), ("led", board.led)):
        if pin:
            found[name] = chip.pin(pin[0]).level == pin[1]
    return found


def access_point(chip: State) -> dict[str, Any]:
    """The chip's own: its name, whether anybody may join it, whether it is on, how many phones use it."""
    ssid, password, on = chip.access_point
    return {"ssid": ssid, "open": not password, "on": on, "clients": chip.ap_stations}


def led(chip: State, board: Model) -> str | None:
    """The name of the LED's pattern; None for a board without one."""
    if not board.led:
        return None
    gpio, lit = board.led
    now = time.monotonic_ns()
    recent = [edge for edge in chip.edges() if edge.pin == gpio and now - edge.ns < LED_S * 1e9]
    if chip.uptime_s < LED_S and len({edge.level for edge in recent if edge.boot == chip.boots}) < 2:
        return BOOT  # lit, but not by a pattern yet
    edges = [(edge.ns / 1e6, edge.level == lit) for edge in recent]
    return leds.name(edges, chip.pin(gpio).level == lit, now / 1e6)


def heap(chip: State) -> dict[str, int]:
    """total, free, minimum (since main.py began) and largest block, after the last collection."""
    figures = chip.heap
    return {
        "total": figures.total,
        "free": figures.free,
        "minimum": figures.minimum,
        "largest_block": figures.largest,
        "before_boot": figures.start,
        "after_boot": figures.booted,
    }


def _record(chip: State) -> tuple[Any, ...] | None:
    """magic, version, mode, crashes in a row, running, resets, crashes; None before the first boot."""
    record = struct.unpack_from(RECORD, chip.rtc, RECORD_AT)
    return record if record[0] == MAGIC else None
