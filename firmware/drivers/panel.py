"""What people see and touch: the board's relays, button and LED, set up, remembered and offered as IOs."""

from time import ticks_diff, ticks_ms

from firmware import lazy, record
from firmware.board import this
from firmware.drivers.button import Button
from firmware.drivers.led import Led
from firmware.drivers.relay import Relay

RELAY_FILE = "relay"
SAVE_MS = 5000  # flash wears out: the last state is saved at most so often
FIRST_BUTTON = 16  # IO ids: relays from 1, buttons from here


class Panel:
    """`power_on`: what relays do when power comes: "off", "on", "last". A reset leaves them as they were."""

    def __init__(self, power_on):
        self.saved = lazy.call("firmware.storage.atomic", "read", RELAY_FILE) if power_on == "last" else None
        self.saved_at = ticks_ms() - SAVE_MS
        self.relays = []
        for index, (pin, on_level) in enumerate(this.RELAYS):
            self.relays.append(Relay(index, pin, on_level, self._initial(index, on_level, power_on)))
        self.button = Button(FIRST_BUTTON, *this.BUTTON, self.relays[0].toggle)
        self.led = Led(*this.LED)
        self.ios = self.relays + [self.button]

    def _initial(self, index, on_level, power_on):
        kept = record.raw[record.RELAYS + index]
        if kept != record.NO_PIN:
            return kept >> 7 == on_level
        if self.saved is not None:
            return self.saved[index : index + 1] == b"\x01"
        return power_on == "on"

    def tick(self, pattern):
        """Every 50 ms: blink, and remember the relays for a power cut where that is wanted."""
        self.led.tick(pattern)
        self.button.tick()
        if self.saved is not None:
            self._save()

    def _save(self):
        if 0 <= ticks_diff(ticks_ms(), self.saved_at) < SAVE_MS:  # negative: days ago
            return
        states = bytes([relay.on for relay in self.relays])
        if states != self.saved:
            self.saved_at = ticks_ms()
            try:
                lazy.call("firmware.storage.atomic", "write", RELAY_FILE, states)
                self.saved = states
            except OSError as error:  # tried again in SAVE_MS; a full flash must not stop the plug
                print("relay state not saved:", error)
