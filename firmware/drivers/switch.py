"""A wall switch between an input and ground, as IO of kind button: its interrupt switches a relay, as the
button's does. For boards with INPUTS; the image build leaves it out of all others.
"""

from time import sleep_ms

from firmware.board import this
from firmware.drivers.button import DEBOUNCE_MS, Button

PUSH = "push"  # of the setting `switch`: a push button; a rocker unless it says so
OFF = "off"  # the hub sees it all the same
FIRST = 18  # IO ids: one for each input from here; 17 is the panel's
CLOSED = 0
STEADY_MS = 2  # what a wire in a wall catches of its neighbours is over by then
HELD_MS = 10  # four of the scheduler's queue take STEADY_MS each


def join(panel):
    """Give the panel its `switches`; input n is for relay n, or for the first where there is none."""
    panel.switches = [Switch(index, panel.relays) for index in range(len(this.INPUTS))]
    panel.ios += panel.switches


def choose(panel, kind):
    """What they do, of the setting `switch`; a change of it needs no boot."""
    for each in panel.switches:
        each.choose(kind)


def blind(panel, on):
    """Before (True) and after a C call that waits; within what tells the button so."""
    sleep_ms(HELD_MS)
    for each in panel.switches:
        each.blind(on)


class Switch(Button):
    """`index` of its input from 0. Where it stands at a boot is no change."""

    hidden = False
    rocker = True

    def __init__(self, index, relays):
        self.name = "Switch %d" % (index + 1) if index else "Switch"
        self.relay = relays[index if index < len(relays) else 0]
        super().__init__(FIRST + index, this.INPUTS[index], CLOSED, _nothing)
        sleep_ms(DEBOUNCE_MS)  # the pull-up charges the wire, whose edges mean nothing meanwhile
        self.down = self.pin.value() == CLOSED

    def choose(self, kind):
        """With "push" it acts at each press, with "off" never, else at each change of position."""
        self.rocker = kind != PUSH
        self.action = _nothing if kind == OFF else self.relay.toggle

    def tick(self):
        """Now and then: what the bouncing hid. A rocker is looked at twice: its interrupt may be at it."""
        if self.rocker:
            hidden = (self.pin.value() == CLOSED) != self.down
            if hidden and self.hidden:
                self._edge(self.pin)
            self.hidden = hidden
        else:
            super().tick()

    def blind(self, on):
        """As the button's; but a rocker that goes to and fro in such a call has not changed."""
        super().blind(on and not self.rocker)

    def _edge(self, pin):
        sleep_ms(STEADY_MS)
        was = self.down
        super()._edge(pin)
        if was and not self.down and self.rocker:
            self.action()
            self.presses += 1


def _nothing():
    pass
