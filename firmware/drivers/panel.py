"""What people see and touch: the board's relays, button and LED, set up, remembered and offered as IOs."""

from time import ticks_diff, ticks_ms

from firmware import lazy, record
from firmware.board import this
from firmware.drivers import group, led
from firmware.drivers.button import Button
from firmware.drivers.led import Led
from firmware.drivers.relay import Relay

RELAY_FILE = "relay"
SAVE_MS = 5000  # flash wears out: the last state is saved at most so often
FIRST_BUTTON = 16  # IO ids: relays from 1, buttons from here


class Panel:
    """`power_on`: what relays do when power comes: "off", "on", "last". A reset leaves them as they were.

    `presses` of the button; `gesture`: None or what it asks for, until somebody takes it; `online`: the LED's
    pattern while joined. As IO of kind identify it counts how often the button said "this is me".
    """

    id = 17
    kind = "identify"
    name = "Identify"
    descriptor = b"\x02"
    writable = False
    count = 0
    presses = 0
    gesture = None
    online = led.OFF
    watch = None
    dog = None  # belongs to modes.watch
    switches: list  # of drivers.switch, where the board has inputs for them
    networks = (), None  # what run mode knows of Wi-Fi, kept while the access point is open

    def __init__(self, power_on):
        self.saved = lazy.call("firmware.storage.atomic", "read", RELAY_FILE) if power_on == "last" else None
        self.saved_at = ticks_ms() - SAVE_MS
        self.relays = []
        for index, (pin, on_level) in enumerate(this.RELAYS):
            self.relays.append(Relay(index, pin, on_level, self._initial(index, on_level, power_on)))
        if this.GROUPS:
            group.join(self.relays)
        if this.BUTTON:
            self.button = Button(FIRST_BUTTON, *this.BUTTON, self.relays[0].toggle)
            self.ios = self.relays + [self.button, self]
        else:
            self.ios = list(self.relays)
        if this.LED:
            self.led = Led(*this.LED)

    def value(self):
        """Double presses since the boot."""
        return self.count

    def _initial(self, index, on_level, power_on):
        if this.GROUPS and not group.free(self.relays, index + 1):
            return False
        kept = record.raw[record.RELAYS + index]
        if kept != record.NO_PIN:
            return kept >> 7 == on_level
        if self.saved is not None:
            return self.saved[index : index + 1] == b"\x01"
        return power_on == "on"

    def tick(self, pattern):
        """Every 50 ms: blink, follow the button, remember the relays for a power cut where that is wanted."""
        if this.BUTTON:
            self.button.tick()
        if this.INPUTS:
            for switch in self.switches:
                switch.tick()
        if this.LED:
            self.led.tick((self._watched() or pattern) if this.BUTTON else pattern)
        elif this.BUTTON:
            self._watched()
        if self.saved is not None:
            self._save()

    def _watched(self):
        """The LED's pattern while the button is followed; None or 0: it shows what it would anyway."""
        try:
            if self.presses != self.button.presses:
                self.presses = self.button.presses
                self.watch = self.watch or lazy.make("firmware.drivers.gesture", "watch", self)
            shown = next(self.watch, None) if self.watch else None
        except MemoryError as error:  # a full heap costs the gesture; the relay has obeyed already
            print("gesture:", error)
            shown = None
        if shown is None:
            self.watch = None
        return shown

    def take(self):
        """What the button asks for, once."""
        taken, self.gesture = self.gesture, None
        return taken

    def _save(self):
        if 0 <= ticks_diff(ticks_ms(), self.saved_at) < SAVE_MS:  # negative: days ago
            return
        states = bytes([relay.on for relay in self.relays])
        if states != self.saved:
            self.saved_at = ticks_ms()
            try:
                lazy.call("firmware.storage.atomic", "write", RELAY_FILE, states)
                self.saved = states
            except (OSError, MemoryError) as error:  # tried again in SAVE_MS: no reason to stop the plug
                print("relay state not saved:", error)
