"""Relays of which at most one may be on (the board's GROUPS): the one that is on goes off first.

For boards with such groups; the image build leaves it out of all others.
"""

from time import sleep_ms

from firmware.board import this

PAUSE_MS = 20  # a relay with a diode across its coil opens its contacts within that


def join(relays):
    """Tell each relay its `others`."""
    for relay in relays:
        relay.others = [other for other in relays if other is not relay and _together(other.id, relay.id)]


def free(relays, number):
    """Whether the relay of that id may be on beside these."""
    return not [relay for relay in relays if relay.on and _together(relay.id, number)]


def others_off(relay):
    """Before it goes on. `relay.on` is True already: an interrupt in between turns it off again, and wins.

    Allocates nothing."""
    for other in relay.others:
        if other.on and relay.on:
            other.toggle()
            sleep_ms(PAUSE_MS)


def _together(one, other):
    return bool([group for group in this.GROUPS if one in group and other in group])
