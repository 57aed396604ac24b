"""Relays behind a controller on UART0, in the place of `machine.Pin`: frames of A0, relay, on, sum.

Number 65 is the controller's relay 1, and so on: numbers from 64 on are no GPIO (`record.NO_GPIO`).
"""

import os

from machine import UART

from firmware.board import this

HEAD = 0xA0
FIRST = 64  # less one: the controller counts from 1


class Pin:
    """What a relay needs of a pin."""

    OUT = 1

    def __init__(self, number, mode, value):
        os.dupterm(None, 1)  # the console leaves UART0: the controller would read its text
        self.uart = UART(0, this.BAUD)
        self.frames = [_frame(number - FIRST, on) for on in (0, 1)]
        self.value(value)

    def value(self, on):
        """Send it; allocates nothing."""
        self.uart.write(self.frames[on])


def _frame(relay, on):
    return bytes((HEAD, relay, on, HEAD + relay + on & 255))
