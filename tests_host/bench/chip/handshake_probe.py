"""On the chip, around `run` of links.secure: shows on pins when TLS begins and ends on a connection.

GPIO14 is up for a moment before it, GPIO4 while it lasts, GPIO5 for a moment after it has succeeded: in those
moments the host reads how much CPU time the chip has used."""

from asyncio import sleep_ms

from machine import Pin

REST_MS = 30


async def run(link, identity, key):
    """Put TLS on the link's connection."""
    await _rest(Pin(14, Pin.OUT))
    busy = Pin(4, Pin.OUT)
    busy(1)
    try:
        await secure(link, identity, key)  # noqa: F821 - the real one, which is in the same module
    finally:
        busy(0)
    await _rest(Pin(5, Pin.OUT))


async def _rest(pin):
    pin(1)
    await sleep_ms(REST_MS)
    pin(0)
