"""A push button whose interrupt switches the relay itself, as IO of kind button.

MicroPython 1.25 refuses hard interrupts on the ESP8266 and ESP32. There a soft one serves: it runs between
any two bytecodes and in sleeps, whatever the event loop does, but not in a C call that waits, as `WLAN.scan`.

Ages of ticks turn negative after six days: what is not within DEBOUNCE_MS from 0 is long ago.
"""

from time import ticks_diff, ticks_ms

from machine import Pin

DEBOUNCE_MS = 50  # contacts bounce for some ms after every edge


class Button:
    """`number`: its IO id; `pin`: a GPIO; `pressed`: its level while pressed; `action` allocates nothing."""

    kind = "button"
    name = "Button"
    descriptor = b"\x01"
    writable = False

    def __init__(self, number, pin, pressed, action):
        self.id = number
        self.pressed = pressed
        self.action = action
        self.edge = ticks_ms() - DEBOUNCE_MS
        self.down = False
        self.pin = Pin(pin, Pin.IN, Pin.PULL_UP)
        trigger = Pin.IRQ_FALLING | Pin.IRQ_RISING
        try:
            self.pin.irq(self._edge, trigger, hard=True)
        except (TypeError, ValueError):
            self.pin.irq(self._edge, trigger)

    def value(self):
        """True while it is pressed."""
        return self.down

    def tick(self):
        """Now and then: a release that the bouncing hid, that is a press and release within DEBOUNCE_MS."""
        if self.pin.value() != self.pressed and not 0 <= ticks_diff(ticks_ms(), self.edge) < DEBOUNCE_MS:
            self.down = False

    def _edge(self, pin):
        now = ticks_ms()
        if not 0 <= ticks_diff(now, self.edge) < DEBOUNCE_MS:
            down = pin.value() == self.pressed
            if down == self.down:
                return  # the contacts have bounced back already: the next edge tells
            self.down = down
            if down:
                self.action()
        self.edge = now
