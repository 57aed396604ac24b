"""On the chip, beside run mode: shows on GPIO4 when the event loop comes round, and obeys three pins.

A pulse on GPIO4 each time that a sleep of 10 ms ends: the host sees the loop from outside. GPIO14 low: reset
as after the hub's Restart. GPIO5 low: hang, so that the watchdog bites. GPIO2 low: write a file as
firmware.storage.atomic does."""

import os
from asyncio import create_task, sleep_ms

from machine import Pin

SLEEP_MS = 10
BYTES = 300  # a configuration


def start():
    """Run with the tasks of the mode."""
    pins = [Pin(number, Pin.IN, Pin.PULL_UP) for number in (14, 5, 2)]
    create_task(_run(Pin(4, Pin.OUT, value=0), *pins))  # noqa: RUF006 - the loop keeps it; it never ends


async def _run(pulse, restart, hang, write):
    import record

    written = False
    while True:
        await sleep_ms(SLEEP_MS)
        pulse(1)
        pulse(0)
        if not restart():
            record.reset()
        while not hang():
            pass
        if write():
            written = False
        elif not written:
            written = True
            _write()


def _write():
    with open("probe.new", "wb") as file:
        file.write(bytes(BYTES))
    os.rename("probe.new", "probe")
