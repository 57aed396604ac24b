"""The record in RTC memory: survives a reset, no power cut. Outside the slots, never updated; frozen.

offset size field
0      4    magic TWIG
4      1    version, 1
5      1    mode to enter: 0 run, 1 setup (run enters it), 2 update, 3 rescue; upper half: why setup is wanted
6      1    crashes in a row (0..255); a minute without one clears it
7      1    1 while a mode runs: still 1 at boot means that a watchdog or an exception of the chip ended it
8      2    resets since power came
10     2    crashes since power came
12     8    relay pins as they were: GPIO number, bit 6 no GPIO, bit 7 its level; 255 none
20     2    sum of bytes 0..19
22     1    length of the text
23     105  last crash, ASCII
"""

import gc
import sys
import time

import machine
from machine import RTC, WDT, Pin

MODE = 5
IN_A_ROW = 6
RUNNING = 7
RESETS = 8
CRASHES = 10
RELAYS = 12
SUM = 20
TEXT = 22
SIZE = 128
NO_PIN = 255
NO_GPIO = 64  # this bit: a relay that no pin switches, or none
RESCUE = 3
BOOT_BUTTON = 0  # GPIO0 low at a reset would land in the chip's ROM loader
PATIENCE = 3  # crashes in a row before the waits grow
WAITS_S = b"\x00\x0a\x3c\xf0"  # seconds: none, then from the third crash on 10, 60, 240

raw = bytearray(SIZE)


def restore():
    """Take the record out of RTC memory, and the relay pins from it before anything else runs."""
    old = RTC().memory()
    if len(old) == SIZE and old[:5] == b"TWIG\x01" and old[SUM] | old[SUM + 1] << 8 == sum(old[:SUM]):
        raw[:] = old
    else:
        raw[: TEXT + 1] = b"TWIG\x01" + bytes(7) + b"\xff" * 8 + bytes(3)
    for pin in raw[RELAYS:SUM]:
        if not pin & NO_GPIO:
            Pin(pin & 63, Pin.OUT, value=pin >> 7)
    if raw[RUNNING]:
        _crash("reset by cause %d" % machine.reset_cause())
    _count(RESETS)


def save():
    """Write the record back, not to flash. Allocates nothing: the button's interrupt comes here."""
    while True:
        kept = raw[RELAYS]
        total = at = 0
        while at < SUM:
            total += raw[at]
            at += 1
        raw[SUM] = total & 255
        raw[SUM + 1] = total >> 8
        RTC().memory(raw)
        if kept == raw[RELAYS]:  # else the interrupt has come in between: the sum is not of this content
            return


def _count(at):
    raw[at] = raw[at] + 1 & 255
    if not raw[at]:
        raw[at + 1] = raw[at + 1] + 1 & 255
    save()


def _crash(text):
    text = bytes([byte if byte < 127 else 63 for byte in text.encode()[: SIZE - TEXT - 1]])
    raw[TEXT] = len(text)
    raw[TEXT + 1 : TEXT + 1 + len(text)] = text
    raw[IN_A_ROW] = min(raw[IN_A_ROW] + 1, 255)
    _count(CRASHES)


def relay(index, pin, level):
    """Remember a relay's pin and its level for the next boot."""
    value = pin | level << 7
    if raw[RELAYS + index] != value:
        raw[RELAYS + index] = value
        save()


def enter():
    """Run the mode that the record names; it ends only by an exception."""
    raw[RUNNING] = 1
    save()
    name = ("run", "run", "update", "rescue")[raw[MODE] & 15]
    if raw[MODE] != RESCUE:
        name = "firmware.modes." + name
    __import__(name)
    sys.modules[name].main()


def crashed(error):
    """Log and count what escaped from a mode, then wait: longer when it crashed thrice in a row."""
    raw[RUNNING] = raw[MODE] = 0  # a mode that cannot be entered leads back to run
    gc.collect()
    sys.print_exception(error)
    _crash("%s: %s" % (type(error).__name__, error))
    for _ in range(wait_s() * 5 + 1):
        _pause()


def wait_s():
    """Seconds to keep off network and flash after the crashes so far; the button works throughout."""
    return WAITS_S[max(0, min(raw[IN_A_ROW] - PATIENCE + 1, 3))]


def _pause():
    WDT().feed()
    time.sleep_ms(200)


def reset():
    """Reset the chip when the button is up; pins are released until boot.py restores them."""
    while not Pin(BOOT_BUTTON, Pin.IN, Pin.PULL_UP).value():
        _pause()
    for at in range(RELAYS, SUM):
        if not raw[at] & NO_GPIO:  # the button may have switched it while nothing else ran
            raw[at] = raw[at] & 63 | Pin(raw[at] & 63).value() << 7
    raw[RUNNING] = 0
    save()
    machine.reset()
