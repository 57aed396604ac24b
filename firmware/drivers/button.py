"""A push button whose interrupt switches the relay itself, as IO of kind button.

MicroPython 1.25 refuses hard interrupts on the ESP8266 and ESP32. There a soft one serves: it runs between
any two bytecodes and in sleeps, whatever the event loop does, but not in a C call that waits, as `WLAN.scan`.

Ages of ticks turn negative after six days: what is not within DEBOUNCE_MS from 0 is long ago.
"""

from time import sleep_ms, ticks_diff, ticks_ms

from machine import Pin

from firmware.drivers.gesture import NOTHING_MS

DEBOUNCE_MS = 50  # contacts bounce for some ms after every edge
HANDLERS_MS = 2  # what a C call has held back runs within that, all four of the scheduler's queue


class Button:
    """`number`: its IO id; `pin`: a GPIO; `pressed`: its level while pressed; `action` allocates nothing.

    The interrupt counts `presses` and notes `at`, ticks of the last press or release, and how long in ms the
    last press was `held`; `drivers.gesture` makes gestures of it.
    """

    kind = "button"
    name = "Button"
    descriptor = b"\x01"
    writable = False

    def __init__(self, number, pin, pressed, action):
        self.id = number
        self.pressed = pressed
        self.action = action
        self.at = self.edge = ticks_ms() - DEBOUNCE_MS
        self.down = self.sightless = False
        self.presses = self.held = 0
        self.pin = Pin(pin, Pin.IN, Pin.PULL_UP)
        trigger = Pin.IRQ_FALLING | Pin.IRQ_RISING
        try:
            self.pin.irq(self._edge, trigger, hard=True)
            self.soft = False
        except (TypeError, ValueError):
            self.pin.irq(self._edge, trigger)
            self.soft = True

    def value(self):
        """True while it is pressed."""
        return self.down

    def tick(self):
        """Now and then: a release that the bouncing hid, that is a press and release within DEBOUNCE_MS."""
        if self.pin.value() != self.pressed and not 0 <= ticks_diff(ticks_ms(), self.edge) < DEBOUNCE_MS:
            if self.down:
                self.held = 0
            self.down = False

    def blind(self, on):
        """Before (True) and after a C call that waits: a press that comes and goes in it counts."""
        sleep_ms(DEBOUNCE_MS if on else HANDLERS_MS)  # contacts settle; what was held back runs
        self.sightless = on and self.soft

    def _edge(self, pin):
        now = ticks_ms()
        if not 0 <= ticks_diff(now, self.edge) < DEBOUNCE_MS:
            down = pin.value() == self.pressed
            same = down == self.down
            if same and not self.sightless:
                return  # the contacts have bounced back already: the next edge tells
            if down or same:
                self.action()
                self.presses += 1
            if not down:  # nobody knows when, in a call that waits: that is no gesture
                self.held = NOTHING_MS if self.sightless else ticks_diff(now, self.at)
            self.down = down
            self.at = now
        self.edge = now
