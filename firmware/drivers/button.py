"""A push button whose hard interrupt switches the relay itself, as IO of kind button."""

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
        self.pin = Pin(pin, Pin.IN, Pin.PULL_UP)
        self.pin.irq(self._edge, Pin.IRQ_FALLING | Pin.IRQ_RISING, hard=True)

    def value(self):
        """True while it is pressed."""
        return self.pin.value() == self.pressed

    def _edge(self, pin):
        now = ticks_ms()
        if ticks_diff(now, self.edge) >= DEBOUNCE_MS and pin.value() == self.pressed:
            self.action()
        self.edge = now
