"""Answers one request for the page of run mode, step by step. Loaded for that and forgotten.

A step is a module of `portal` with a coroutine `run`, its arguments behind `door` and the socket; it
returns the next one, or None. Each is loaded when the one before is forgotten: together they do not fit.
"""

from asyncio import CancelledError
from time import ticks_add, ticks_ms

from firmware import lazy

VISIT_MS = 15000  # a request and its answer over bad radio


async def run(door, listener):
    """Of who calls there. When it is late `session.tick` cancels the doorman, and only this visit ends.

    OSError: the client has gone. MemoryError: when `read` has not let it in, the next visit is its, too.
    """
    door.session.visit = ticks_add(ticks_ms(), VISIT_MS)
    step = ("firmware.portal.room",)
    try:
        while step:
            step = await lazy.run(step[0], door, door.visitor or listener, *step[1:])
    except CancelledError:
        print("page: too slow")
    finally:
        door.session.visit = None
        if door.visitor:
            door.visitor.close()
            door.visitor = None
