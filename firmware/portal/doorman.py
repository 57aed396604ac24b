"""Waits for who asks for the page of run mode, where it is wanted; `portal.visit` answers, one by one."""

from asyncio import sleep_ms

from firmware import lazy
from firmware.network.wait import readable

LOOK_MS = 100
AGAIN_MS = 1000  # after an error, of the listening socket or of the heap


async def keep(door):
    """For ever. Nobody is let in while the link joins, to the end: when it has told how it is."""
    session, sock = door.session, door.listener
    while True:
        try:
            await readable(sock)
            if not session.first and (session.link.told is not None or not session.link.sock):
                await lazy.run("firmware.portal.visit", door, sock)
                continue
            wait = LOOK_MS
        except (OSError, MemoryError) as error:  # who called went away, or there is no room just now
            print("page:", error)
            wait = AGAIN_MS
        await sleep_ms(wait)
