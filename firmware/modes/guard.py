"""A watchdog that a scan survives: `machine.WDT` bites after two seconds, and cannot be stopped once it runs.

The chip's own watchdog goes on beside it: what hangs in C without the SDK's event loop still ends in a reset.
"""

from time import ticks_diff, ticks_ms

from machine import Timer

from firmware import record

HUNG_MS = 8000  # far more than a scan, or a few erases
AGAIN_MS = 1000  # so often the timer begins anew


class Guard:
    """Like `machine.WDT`, of a timer that does not fire while it is fed.

    MicroPython keeps a callback in its queue after the call, and with it the whole mode that it is of.
    """

    def __init__(self):
        self.timer = Timer(0)  # an ESP32 has 0 to 3; for an ESP8266 all numbers are one
        self._begin()

    def feed(self):
        """The event loop has come round."""
        if ticks_diff(ticks_ms(), self.begun) > AGAIN_MS:
            self._begin()

    def stop(self):
        """End the watch."""
        self.timer.deinit()

    def _begin(self):
        self.begun = ticks_ms()
        self.timer.init(mode=Timer.ONE_SHOT, period=HUNG_MS, callback=_hung)


def _hung(_):
    record.crashed(RuntimeError("the mode hung"))
    record.reset()
