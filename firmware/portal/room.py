"""Waits for memory to answer a request for the page of run mode. Loaded for that and forgotten."""

import gc
from asyncio import sleep_ms
from time import ticks_add, ticks_diff, ticks_ms

PATIENCE_MS = 5000  # who calls waits so long for room; a browser shows nothing meanwhile
LOOK_MS = 100
NEEDED = 3072  # bytes: else what is loaded next, here or for the link to the hub, finds none
NO_ROOM = (
    b"HTTP/1.1 503 -\r\nConnection: close\r\nRetry-After: 5\r\nContent-Length: 43\r\n\r\n"
    b"Busy with its hub: try again, or ask there."
)


async def run(door, listener):
    """The first step; the next is to read the request. None: no room in time, or the link needs it."""
    end = ticks_add(ticks_ms(), PATIENCE_MS)
    while ticks_diff(end, ticks_ms()) > 0 and not door.session.first:
        gc.collect()
        if gc.mem_free() >= NEEDED:
            return ("firmware.portal.read",)
        await sleep_ms(LOOK_MS)
    door.visitor = listener.accept()[0]  # `visit` closes it, whatever becomes of the answer
    door.visitor.setblocking(False)
    door.visitor.send(NO_ROOM)
    return None
