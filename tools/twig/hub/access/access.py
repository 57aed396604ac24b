"""Decides who a caller is: by password once, then by session, or by token."""

import asyncio
import ipaddress
from collections.abc import Callable
from functools import partial

from twig.hub.access import passwords, secrets
from twig.hub.access.attempts import Attempts
from twig.hub.access.caller import Caller
from twig.hub.access.scopes import Scope, parse
from twig.hub.access.sessions import Run, Sessions
from twig.hub.access.tokens import Tokens
from twig.hub.clock import now_ms
from twig.hub.errors import LoginNeeded, TooManyAttempts, WrongLogin
from twig.hub.log import Log
from twig.hub.store import access as rows
from twig.hub.store.access import AccessRows, UserRow
from twig.hub.throttle import Throttle

OWNER = "admin"  # the one user of a household
LOCAL = "this computer"  # the name of whoever can read the data directory
log = Log("access")


class Access:
    """People, sessions and tokens of a hub. `local` is the admin token of this run, for its own computer."""

    def __init__(self, kept: AccessRows, run: Run, clock: Callable[[], int] = now_ms) -> None:
        self._users = {user.name: user for user in kept.users}
        self._run = run
        self.sessions = Sessions(kept.sessions, run, clock)
        self.tokens = Tokens(kept.tokens, run, clock)
        self.local = secrets.new_token()
        self._local_key = secrets.key_of(self.local)
        self._logins, self._guesses = Attempts(), Attempts()
        self._throttle = Throttle()
        self._hashing = asyncio.Lock()  # one at a time: each takes 32 MiB

    def has_password(self) -> bool:
        """Whether anybody can log in."""
        return bool(self._users)

    async def login(self, name: str, password: str, address: str) -> str:
        """The secret of a new session; WrongLogin or TooManyAttempts."""
        user = await self._proven(name, password, address)
        log.info("logged in", peer=address, user=name)
        return await self.sessions.open(user.row)

    async def logout(self, caller: Caller) -> None:
        """End the session by which somebody asks."""
        await self.sessions.end([caller.session] if caller.session else [])

    async def change_password(self, caller: Caller, current: str, new: str, address: str) -> None:
        """A new password for who proves the present one; other sessions end. BadPassword, WrongLogin."""
        passwords.check(new)
        await self._proven(caller.name, current, address)
        await self.set_password(caller.name, new, but=caller.session)

    async def set_password(self, name: str, new: str, but: bytes | None = None) -> None:
        """Set the password of a user, who is made when there is none; sessions end, but one. BadPassword."""
        passwords.check(new)
        async with self._hashing:  # to the end: who logs in meanwhile is asked for the new one
            kept = await asyncio.to_thread(passwords.hashed, new)
            row = await self._run(lambda db: rows.save_user(db, name, kept, now_ms()))
            self._users[name] = UserRow(name, kept, row)
            await self.sessions.end_all(row, but)
        log.info("password set", user=name)

    def by_session(self, secret: str) -> Caller:
        """The person whose browser sent this cookie; LoginNeeded."""
        session = self.sessions.find(secret)
        if session is None:
            raise LoginNeeded()
        user = next(one for one in self._users.values() if one.row == session.user)
        alive = partial(self.sessions.holds, session.key)
        return Caller(user.name, Scope.ADMIN, alive, session.key, secrets.csrf_of(secret))

    def by_token(self, secret: str, address: str) -> Caller:
        """The program that sent this token; LoginNeeded, TooManyAttempts after several wrong ones."""
        if secrets.same(secrets.key_of(secret).hex(), self._local_key.hex()):
            return Caller(LOCAL, Scope.ADMIN, lambda: True)
        if token := self.tokens.find(secret):
            return Caller(token.name, parse(token.scope), partial(self.tokens.holds, token.key))
        self._begin(self._guesses, address)
        self._complain("wrong token", address)
        raise LoginNeeded()

    async def _proven(self, name: str, password: str, address: str) -> UserRow:
        self._begin(self._logins, address)
        async with self._hashing:
            user = self._users.get(name)
            kept = user.password if user else passwords.NOBODY
            fits = await asyncio.to_thread(passwords.fits, password, kept)
        if not fits or user is None:
            self._complain("wrong name or password", address)
            raise WrongLogin()
        self._logins.right(address, is_here(address))
        return user

    def _begin(self, attempts: Attempts, address: str) -> None:
        try:
            attempts.begin(address, is_here(address))
        except TooManyAttempts:
            self._complain("too many wrong attempts", address)
            raise

    def _complain(self, event: str, address: str) -> None:
        if self._throttle.allow():
            log.warning(event, peer=address, not_logged=self._throttle.missed())


async def first_password(access: Access) -> str:
    """Make the password of a hub that has none; nothing when it has one."""
    if access.has_password():
        return ""
    made = passwords.make()
    await access.set_password(OWNER, made)
    return made


def is_here(address: str) -> bool:
    """Whether a peer is on this computer."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
