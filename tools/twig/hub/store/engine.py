"""Opens the database."""

import sqlite3
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from twig.hub.errors import StoreError
from twig.hub.store import migrate

# WAL: readers never wait for the writer. FULL: what has been acknowledged survives a power cut.
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")
DIALECTS = ("sqlite", "postgresql")


def connect(url: str) -> Engine:
    """The engine of a database that has the newest schema; StoreError where that is not to be had."""
    try:
        engine = create_engine(url)
        if engine.dialect.name not in DIALECTS:
            raise StoreError(f"Twig keeps no database in {engine.dialect.name}; use {' or '.join(DIALECTS)}.")
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _set_pragmas)
        migrate.upgrade(engine)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise StoreError(f"The database's address is not usable: {error}") from error
    except (SQLAlchemyError, OSError) as error:
        raise StoreError(f"The database does not open; check its place and rights: {error}") from error
    return engine


def _set_pragmas(connection: sqlite3.Connection, _record: Any) -> None:
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
