"""The status LED. A pattern is two bytes: ticks of 50 ms lit and dark, again and again."""

from machine import Pin

TICK_MS = 50

OFF = b"\x00\xff"  # in service
BOOT = b"\xff\x00"
WIFI = b"\x05\x05"  # looking for its Wi-Fi
HUB = b"\x01\x13"  # on Wi-Fi, looking for its hub
IDENTIFY = b"\x02\x02"  # somebody asks which plug this is


class Led:
    """`pin` is a GPIO, `lit` the level that lights it."""

    def __init__(self, pin, lit):
        self.lit = lit
        self.pin = Pin(pin, Pin.OUT, value=lit)
        self.pattern = BOOT
        self.ticks = 0

    def tick(self, pattern):
        """Every TICK_MS: go on in the pattern, or begin another one."""
        if pattern != self.pattern:
            self.pattern = pattern
            self.ticks = 0
        lit, dark = pattern
        self.pin.value((self.ticks < lit) == self.lit)
        self.ticks = (self.ticks + 1) % (lit + dark)
