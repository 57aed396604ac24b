"""A wall switch between an input and ground, as IO of kind button: its interrupt switches a relay, as the
button's does. For boards with INPUTS; the image build leaves it out of all others.
"""

from time import sleep_ms

from machine import Pin

from firmware.board import this
from firmware.drivers.button import DEBOUNCE_MS, Button

PUSH = "push"  # the setting `switch`: a push button; "toggle", a rocker, unless it says something else
OFF = "off"
FIRST = 18  # IO ids: one for each input from here; 17 is the panel's
CLOSED = 0
STEADY_MS = 2  # what a wire in a wall catches of its neighbours is over by then
HELD_MS = 10  # four of the scheduler's queue take STEADY_MS each


def join(panel, kind):
    """Give the panel its `switches`; input n acts on relay n, or on the first where there is none."""
    panel.switches = [Switch(index, panel.relays, kind) for index in range(len(this.INPUTS))]
    panel.ios += panel.switches


def blind(panel, on):
    """Before (True) and after a C call that waits; within what tells the button so."""
    sleep_ms(HELD_MS)
    for each in panel.switches:
        each.blind(on)


class Switch(Button):
    """`index` of its input from 0; `kind`: "toggle" acts at each change of its position, "push" at each
    press, "off" at none: the hub sees it all the same. Where it stands at a boot is no change."""

    hidden = False

    def __init__(self, index, relays, kind):
        pin = this.INPUTS[index]
        Pin(pin, Pin.IN, Pin.PULL_UP)
        sleep_ms(DEBOUNCE_MS)  # the wire is charged, and has no edges of its own, before any counts
        self.rocker = kind != PUSH
        self.name = "Switch %d" % (index + 1) if index else "Switch"
        relay = relays[index if index < len(relays) else 0]
        super().__init__(FIRST + index, pin, CLOSED, _nothing if kind == OFF else relay.toggle)
        self.soft = self.soft and not self.rocker  # to and fro in a call that waits: nothing has changed
        self.down = self.pin.value() == CLOSED

    def tick(self):
        """Now and then: what the bouncing hid. A rocker is looked at twice: its interrupt may be at it."""
        if self.rocker:
            hidden = (self.pin.value() == CLOSED) != self.down
            if hidden and self.hidden:
                self._edge(self.pin)
            self.hidden = hidden
        else:
            super().tick()

    def _edge(self, pin):
        sleep_ms(STEADY_MS)
        was = self.down
        super()._edge(pin)
        if was and not self.down and self.rocker:
            self.action()
            self.presses += 1


def _nothing():
    pass
