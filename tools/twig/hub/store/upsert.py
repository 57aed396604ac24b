"""Inserts that meet rows which are already there, in the words of each database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def keep(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert; a row whose primary key is there stays as it is."""
    if rows:
        connection.execute(_insert(connection, table).on_conflict_do_nothing(), rows)


def replace(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert; a row whose primary key is there gets the new values."""
    if rows:
        keys = [column.name for column in table.primary_key]
        statement = _insert(connection, table)
        new = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=new), rows)


def _insert(connection: Connection, table: Table) -> Any:
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)
