"""Last values, history and readings in the database; the writer's thread runs these functions."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert

from twig.hub.store import upsert
from twig.hub.store.records import ReadingRow, ValueRow
from twig.hub.store.tables import history, last_values, readings


def save_last(connection: Connection, rows: Sequence[ValueRow]) -> None:
    """The newest value of each IO, at most one row per IO."""
    upsert.replace(connection, last_values, _plain(rows))


def add_history(connection: Connection, rows: Sequence[ValueRow]) -> None:
    """One row per change."""
    if rows:
        connection.execute(insert(history), _plain(rows))


def add_readings(
    connection: Connection, device_row: int, rows: Sequence[ReadingRow], received_ms: int
) -> None:
    """Measurements; those that are there already stay as they are."""
    common = {"device_id": device_row, "received_ms": received_ms}
    upsert.keep(connection, readings, [common | _reading(row) for row in rows])


def forget(connection: Connection, before_ms: int) -> int:
    """Delete history and readings older than that; the number of rows that are gone."""
    old = connection.execute(delete(history).where(history.c.time_ms < before_ms)).rowcount
    return old + connection.execute(delete(readings).where(readings.c.received_ms < before_ms)).rowcount


def _plain(rows: Sequence[ValueRow]) -> list[dict[str, object]]:
    return [{"io_id": row.io_row, "time_ms": row.time_ms, "value": row.value} for row in rows]


def _reading(row: ReadingRow) -> dict[str, object]:
    return {
        "boot": row.boot,
        "sequence": row.sequence,
        "io_id": row.io_row,
        "time_ms": row.time_ms,
        "value": row.value,
    }
