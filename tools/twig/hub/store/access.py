"""Users, sessions and tokens in the database: of secrets only hashes. For the writer's thread."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, insert, select, update

from twig.hub.store.tables import api_tokens, users, web_sessions


@dataclass(frozen=True)
class UserRow:
    """A person; `password` is what twig.hub.access.passwords keeps of it."""

    name: str
    password: str = field(repr=False)
    row: int = 0


@dataclass
class SessionRow:
    """A session; `user` is the user's row, `written_ms` the last use that the database knows."""

    key: bytes = field(repr=False)
    user: int
    created_ms: int
    used_ms: int

    def __post_init__(self) -> None:
        self.written_ms = self.used_ms


@dataclass
class TokenRow:
    """A program's token; used_ms is 0 before its first use."""

    name: str
    key: bytes = field(repr=False)
    scope: str
    created_ms: int
    used_ms: int = 0


@dataclass(frozen=True)
class AccessRows:
    """All that the database holds of them."""

    users: list[UserRow] = field(default_factory=list)
    sessions: list[SessionRow] = field(default_factory=list)
    tokens: list[TokenRow] = field(default_factory=list)


def load(connection: Connection) -> AccessRows:
    """Everything, when the hub starts."""
    return AccessRows(
        [UserRow(row.name, row.password, row.id) for row in connection.execute(select(users))],
        [
            SessionRow(row.key, row.user_id, row.created_ms, row.used_ms)
            for row in connection.execute(select(web_sessions))
        ],
        [
            TokenRow(row.name, row.key, row.scope, row.created_ms, row.used_ms)
            for row in connection.execute(select(api_tokens))
        ],
    )


def save_user(connection: Connection, name: str, password: str, time_ms: int) -> int:
    """Set a user's password, making the user where there is none; the row."""
    changed = {"password": password, "changed_ms": time_ms}
    row = connection.execute(select(users.c.id).where(users.c.name == name)).scalar()
    if row is None:
        new = insert(users).values(name=name, **changed).returning(users.c.id)
        return int(connection.execute(new).scalar_one())
    connection.execute(update(users).where(users.c.id == row).values(**changed))
    return int(row)


def add_session(connection: Connection, session: SessionRow) -> None:
    """A person has logged in."""
    values = {"key": session.key, "user_id": session.user}
    times = {"created_ms": session.created_ms, "used_ms": session.used_ms}
    connection.execute(insert(web_sessions).values(**values, **times))


def touch_session(connection: Connection, key: bytes, time_ms: int) -> None:
    """A session was used."""
    connection.execute(update(web_sessions).where(web_sessions.c.key == key).values(used_ms=time_ms))


def remove_sessions(connection: Connection, keys: Sequence[bytes]) -> None:
    """Sessions have ended."""
    connection.execute(delete(web_sessions).where(web_sessions.c.key.in_(keys)))


def add_token(connection: Connection, token: TokenRow) -> None:
    """A token was made."""
    values = {"name": token.name, "key": token.key, "scope": token.scope}
    times = {"created_ms": token.created_ms, "used_ms": token.used_ms}
    connection.execute(insert(api_tokens).values(**values, **times))


def touch_token(connection: Connection, key: bytes, time_ms: int) -> None:
    """A token was used."""
    connection.execute(update(api_tokens).where(api_tokens.c.key == key).values(used_ms=time_ms))


def remove_token(connection: Connection, key: bytes) -> None:
    """A token was revoked."""
    connection.execute(delete(api_tokens).where(api_tokens.c.key == key))
