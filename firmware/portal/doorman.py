"""Answers who asks for the page of run mode, where it is wanted: one request after the other, step by step.

A step is a module of `portal` with a coroutine `run`, its arguments behind `door` and the socket; it
returns the next one, or None. Each is loaded when the one before is forgotten: together they do not fit.
"""

from asyncio import CancelledError, current_task, sleep_ms
from time import ticks_add, ticks_ms

from firmware import lazy
from firmware.network.wait import readable

VISIT_MS = 15000  # a request and its answer over bad radio
LOOK_MS = 100
AGAIN_MS = 1000  # after an error, of the listening socket or of the heap


async def run(panel, session, health, sealed):
    """For ever; `sealed`: the password as `storage.password` keeps it, the others are run mode's.

    Nobody is let in while the link joins, to the end: when it has told how it is.
    """
    link = session.link
    session.doorman = current_task()
    door = lazy.make("firmware.portal.door", "Door", panel, session, health, sealed)
    sock = lazy.call("firmware.portal.listening", "opened")
    try:
        while True:
            await readable(sock)
            if session.first or (link.sock and link.told is None):
                await sleep_ms(LOOK_MS)
                continue
            if not await _visited(sock, door):
                await sleep_ms(AGAIN_MS)
    finally:
        sock.close()


async def _visited(sock, door):
    """Whether all went well. `session.tick` cancels it when it is late, and nothing but it."""
    door.session.visit = ticks_add(ticks_ms(), VISIT_MS)
    try:
        await _answer(sock, door)
    except CancelledError:
        print("page: too slow")
    except (OSError, MemoryError) as error:  # who called went away, or there is no room just now
        print("page:", error)
        return False
    finally:
        door.session.visit = None
    return True


async def _answer(sock, door):
    visitor = sock.accept()[0]
    try:
        visitor.setblocking(False)
        step = ("firmware.portal.room",)
        while step:
            step = await lazy.run(step[0], door, visitor, *step[1:])
    finally:
        visitor.close()
