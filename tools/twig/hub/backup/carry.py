"""Takes over who is let in, and as what, from the hub that a restore replaces: it knows what was revoked."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine, Table, create_engine, delete, insert, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from twig.hub.backup import permits
from twig.hub.backup.about import BackupError
from twig.hub.errors import StartError, StoreError
from twig.hub.keys import master
from twig.hub.keys.codes import SECRET
from twig.hub.keys.device_keys import NEXT, PRESENT
from twig.hub.keys.vault import Vault
from twig.hub.store import migrate
from twig.hub.store.tables import api_tokens, device_keys, join_codes, users

# Whole tables: a key that was renewed since is the only one that its device still has.
TABLES: tuple[Table, ...] = (device_keys, join_codes, users, api_tokens)
PRIMARY = 0xFF  # of SQLite's error codes
IN_USE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
WAIT_S = 1.0  # for a lock; no hub runs here, and a person who has opened the database closes it or not
NO_HUB = "no hub was here"
OTHER_HUB = "another hub was here"
DAMAGED = "the database that was here is damaged"
NEWER = "the database that was here is a newer hub's"


def newest(database: Path) -> None:
    """Give a database the newest schema, as the hub does; SQLAlchemyError, StoreError for a newer hub's."""
    with _engine(database) as engine:
        migrate.upgrade(engine)


def problem(old: Path, guid: str) -> str | None:
    """Why nothing can be taken over from a database; None when all can: it gets the newest schema then.

    BackupError for one that is in use: it may be sound.
    """
    if not old.is_file():
        return NO_HUB
    try:
        found = _judged(old, guid)
        if found is None:
            newest(old)
    except sqlite3.Error as error:
        return _damage(old, error)
    except DBAPIError as error:
        return _damage(old, error.orig)
    except SQLAlchemyError:
        return DAMAGED
    except StoreError:
        return NEWER
    return found


def _damage(old: Path, error: BaseException | None) -> str:
    if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & PRIMARY in IN_USE:
        raise BackupError(f"Another program uses {old}: end it and try again.") from error
    return DAMAGED


def _judged(old: Path, guid: str) -> str | None:
    """What is wrong with it. It is only read where that is possible: SQLite removes a damaged one's -wal."""
    try:
        return _read(old, guid, "ro")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_READONLY:
            raise
    return _read(old, guid, "rw")  # a change that was cut off has to be taken back first


def _read(old: Path, guid: str, mode: str) -> str | None:
    with closing(sqlite3.connect(f"{old.absolute().as_uri()}?mode={mode}", WAIT_S, uri=True)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            return DAMAGED
        return (
            None if connection.execute("SELECT guid FROM installation").fetchone() == (guid,) else OTHER_HUB
        )


def over(old: Path, draft: Path) -> None:
    """Put keys, codes, password, tokens and permissions of a database that has no `problem` in place of the
    draft's."""
    with _engine(old) as source, _engine(draft) as target, source.connect() as here, target.begin() as there:
        for table in TABLES:
            rows = [dict(row._mapping) for row in here.execute(select(table))]
            there.execute(delete(table))
            if rows:
                there.execute(insert(table), rows)
        permits.over(here, there)


def opens(file: Path, database: Path) -> bool:
    """Whether the master key in a file opens all keys of devices and codes in a database."""
    try:
        vault = Vault(master.decoded(file.read_text("ascii"), f"The file {file}"))
        for sealed, place, name in _sealed(database):
            vault.open(sealed, place, name)
    except (StartError, OSError, UnicodeDecodeError):
        return False
    return True


def _sealed(database: Path) -> list[tuple[bytes, str, str]]:
    """All secrets and what each is bound to."""
    with _engine(database) as engine, engine.connect() as connection:
        keys, codes = connection.execute(select(device_keys)), connection.execute(select(join_codes))
        found = [(row.secret, SECRET, row.identity) for row in codes]
        for row in keys:
            found += [(row.present, PRESENT, row.guid), (row.next, NEXT, row.guid)]
    return [each for each in found if each[0]]


@contextmanager
def _engine(database: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{database}")
    try:
        yield engine
    finally:
        engine.dispose()
