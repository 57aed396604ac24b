"""Who a database lets in, and whom it no longer shall; for one that no hub uses."""

import sqlite3
from contextlib import closing
from pathlib import Path

from twig import choose
from twig.hub.backup.about import BackupError

KEYED = """SELECT device_keys.guid, coalesce(devices.name, '') FROM device_keys
    LEFT JOIN devices ON devices.guid = device_keys.guid ORDER BY 2, 1"""


def log_out(database: Path) -> None:
    """End all logins at the page: one that was ended since the backup was made must not be good again."""
    _run(database, "DELETE FROM web_sessions")


def end_codes(database: Path) -> None:
    """Drop all join codes: one that was used or cancelled since must not be good again."""
    _run(database, "DELETE FROM join_codes")


def devices(database: Path) -> list[str]:
    """What the devices that have keys are called."""
    return [name or guid for guid, name in _rows(database, KEYED)]


def tokens(database: Path) -> list[str]:
    """The names of the tokens."""
    return [name for (name,) in _rows(database, "SELECT name FROM api_tokens ORDER BY 1")]


def revoke_device(database: Path, wanted: str) -> None:
    """Drop the keys of the device of that GUID or name, and its codes; NotFound."""
    known = [{"guid": guid, "name": name} for guid, name in _rows(database, KEYED)]
    guid = choose.device(wanted, known)["guid"]
    _run(database, "DELETE FROM device_keys WHERE guid = ?", guid)
    _run(database, "DELETE FROM join_codes WHERE ? IN (guid, for_guid)", guid)


def revoke_token(database: Path, name: str) -> None:
    """Drop a token; BackupError."""
    known = tokens(database)
    if name not in known:
        raise BackupError(f"No token '{name}'. Known: {choose.listed(known) or 'none'}.")
    _run(database, "DELETE FROM api_tokens WHERE name = ?", name)


def _rows(database: Path, query: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def _run(database: Path, statement: str, *values: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(statement, values)
        connection.commit()
