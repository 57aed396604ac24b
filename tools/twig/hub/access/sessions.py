"""Sessions of people who have logged in at the page; found in memory, kept in the database."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from twig.hub.access import secrets
from twig.hub.errors import HubError
from twig.hub.store import access as rows
from twig.hub.store.access import SessionRow
from twig.hub.store.writer import Job

DAY_MS = 86_400_000
IDLE_MS = 14 * DAY_MS  # a phone that is used each week stays logged in, one that was given away does not
LONGEST_MS = 90 * DAY_MS  # then a stolen cookie is worth nothing, however often it was used
TOUCH_MS = 3_600_000  # so seldom is the last use written; the idle time is exact to it after a crash
MOST = 32  # of all people; a new one ends the one that was used least lately

Run = Callable[[Job], "asyncio.Future[Any]"]


class Sessions:
    """Every session that has not ended. `run` works on the database."""

    def __init__(self, kept: list[SessionRow], run: Run, clock: Callable[[], int]) -> None:
        self._all = {session.key: session for session in kept}
        self._run, self._clock = run, clock

    async def open(self, user: int) -> str:
        """A new session of the user in that row; its secret, of which only the hash stays here."""
        secret, now = secrets.new_session(), self._clock()
        session = SessionRow(secrets.key_of(secret), user, now, now)
        await self.end([key for key in self._all if not self.holds(key)] + self._surplus())
        await self._run(lambda db: rows.add_session(db, session))
        self._all[session.key] = session
        return secret

    def find(self, secret: str) -> SessionRow | None:
        """The session with that secret, which is in use from now on."""
        session = self._all.get(secrets.key_of(secret))
        if session is None or not self.holds(session.key):
            return None
        self._touch(session)
        return session

    def holds(self, key: bytes) -> bool:
        """Whether a session has neither ended nor run out."""
        session, now = self._all.get(key), self._clock()
        return session is not None and now < min(session.used_ms + IDLE_MS, session.created_ms + LONGEST_MS)

    async def end(self, keys: list[bytes]) -> None:
        """End sessions, at once and for good."""
        ended = [key for key in keys if self._all.pop(key, None)]
        if ended:
            await self._run(lambda db: rows.remove_sessions(db, ended))

    async def end_all(self, user: int, but: bytes | None = None) -> None:
        """End all sessions of the user in that row, or all but one."""
        await self.end([key for key, one in self._all.items() if one.user == user and key != but])

    def __len__(self) -> int:
        return sum(map(self.holds, self._all))

    def _touch(self, session: SessionRow) -> None:
        last, session.used_ms = session.written_ms, self._clock()
        if session.used_ms - last >= TOUCH_MS:
            session.written_ms = session.used_ms
            with suppress(HubError):  # a database that is behind has more urgent work
                self._run(lambda db: rows.touch_session(db, session.key, session.written_ms))

    def _surplus(self) -> list[bytes]:
        by_use = sorted(self._all.values(), key=lambda one: one.used_ms)
        return [one.key for one in by_use[: max(0, len(by_use) + 1 - MOST)]]
