"""Waits for who asks for the page of run mode, where it is wanted; `portal.visit` answers, one by one."""

from asyncio import sleep_ms
from time import ticks_ms

from firmware import lazy
from firmware.network.wait import readable

LOOK_MS = 100
AGAIN_MS = 1000  # after an error, of the listening socket or of the heap


class Door:
    """Who may come in: `token` of who has logged in; wrong passwords in a row, ticks_ms of the last one.

    `age`: how often the settings were changed; `visitor`: the socket of who is in; the others are run mode's.
    """

    def __init__(self, panel, session, health):
        self.panel = panel
        self.session = session
        self.health = health
        self.token = self.visitor = None
        self.age = self.wrong = 0
        self.wrong_at = self.used = ticks_ms()

    async def keep(self):
        """For ever. Nobody is let in while the link joins, to the end: when it has told how it is."""
        session = self.session
        sock = lazy.call("firmware.portal.listening", "opened")
        try:
            while True:
                await readable(sock)
                try:
                    if not session.first and (session.link.told is not None or not session.link.sock):
                        await lazy.run("firmware.portal.visit", self, sock)
                        continue
                    wait = LOOK_MS
                except (OSError, MemoryError) as error:  # who called went away, or there is no room just now
                    print("page:", error)
                    wait = AGAIN_MS
                await sleep_ms(wait)
        finally:
            sock.close()
