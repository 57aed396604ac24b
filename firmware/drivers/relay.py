"""A relay as IO of kind switch. RTC memory has its state at any time: a watchdog may bite."""

from time import ticks_diff, ticks_ms

from firmware import record
from firmware.board import this
from firmware.drivers import group

if this.BAUD:
    from firmware.drivers.serial import Pin
else:
    from machine import Pin  # type: ignore[assignment]

FLOOD_CHANGES = 5  # within FLOOD_MS: a relay that chatters burns its contacts and the load
FLOOD_MS = 3000


class Relay:
    """`index` from 0; `pin` a GPIO, `on_level` its level that is on. `toggle` may run in a hard interrupt: it
    allocates nothing."""

    kind = "switch"
    descriptor = b"\x01"
    writable = True

    def __init__(self, index, pin, on_level, on):
        self.id = index + 1
        self.name = "Relay %d" % self.id if index else "Relay"
        self.on_level = on_level
        self.on = on
        self.gpio = pin
        self.pin = Pin(pin, Pin.OUT, value=on == on_level)
        record.relay(index, pin, on == on_level)
        now = ticks_ms()
        self.changes = [now - FLOOD_MS] * FLOOD_CHANGES
        self.at = 0

    def value(self):
        """True while it is on."""
        return self.on

    def set(self, on):
        """Switch it; False when that is refused, since it changed too often. The button is never refused."""
        if on == self.on:
            return True
        if 0 <= ticks_diff(ticks_ms(), self.changes[self.at]) < FLOOD_MS:  # negative: days ago
            return False
        self.toggle()
        return True

    def toggle(self):
        """Change it at once."""
        self.on = not self.on
        if this.GROUPS and self.on:
            group.others_off(self)
        self.pin.value(self.on == self.on_level)
        record.relay(self.id - 1, self.gpio, self.on == self.on_level)
        self.changes[self.at] = ticks_ms()
        self.at = (self.at + 1) % FLOOD_CHANGES
