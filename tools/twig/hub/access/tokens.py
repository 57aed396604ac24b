"""Tokens of programs: shown once, found in memory by their hash, kept in the database."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress

from twig.hub.access import secrets
from twig.hub.access.scopes import Scope
from twig.hub.access.sessions import TOUCH_MS, Run
from twig.hub.errors import BadTokenName, HubError, TokenExists, TokenUnknown, TooManyTokens
from twig.hub.store import access as rows
from twig.hub.store.access import TokenRow

MOST = 200  # a household has a handful; a script that makes one per run is noticed
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", re.ASCII)


class Tokens:
    """Every token that has not been revoked. `run` works on the database."""

    def __init__(self, kept: list[TokenRow], run: Run, clock: Callable[[], int]) -> None:
        self._by_key = {token.key: token for token in kept}
        self._run, self._clock = run, clock

    def __iter__(self) -> Iterator[TokenRow]:
        return iter(sorted(self._by_key.values(), key=lambda token: token.name))

    async def make(self, name: str, scope: Scope) -> str:
        """A new token, of which only the hash stays here; BadTokenName, TokenExists or TooManyTokens."""
        secret = secrets.new_token()
        token = TokenRow(name, secrets.key_of(secret), scope.word, self._clock())
        self._may_add(name)
        self._by_key[token.key] = token
        try:
            await self._run(lambda db: rows.add_token(db, token))
        except HubError:
            del self._by_key[token.key]
            raise
        return secret

    async def revoke(self, name: str) -> None:
        """From now on the token opens nothing; TokenUnknown."""
        token = self._named(name)
        if token is None:
            raise TokenUnknown(name)
        del self._by_key[token.key]
        await self._run(lambda db: rows.remove_token(db, token.key))

    def find(self, secret: str) -> TokenRow | None:
        """The token, which has been used now."""
        if token := self._by_key.get(secrets.key_of(secret)):
            self._touch(token)
        return token

    def holds(self, key: bytes) -> bool:
        """Whether a token has not been revoked."""
        return key in self._by_key

    def _named(self, name: str) -> TokenRow | None:
        return next((token for token in self._by_key.values() if token.name == name), None)

    def _may_add(self, name: str) -> None:
        if not NAME.fullmatch(name):
            raise BadTokenName(name)
        if self._named(name):
            raise TokenExists(name)
        if len(self._by_key) >= MOST:
            raise TooManyTokens(MOST)

    def _touch(self, token: TokenRow) -> None:
        now = self._clock()
        if now - token.used_ms >= TOUCH_MS:
            token.used_ms = now
            with suppress(HubError):  # a database that is behind has more urgent work
                self._run(lambda db: rows.touch_token(db, token.key, now))
