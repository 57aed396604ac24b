"""Keys and join codes in the database, sealed; the writer's thread runs these functions."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, delete, insert, select

from twig.hub.store import upsert
from twig.hub.store.records import CodeRow, KeyRow
from twig.hub.store.tables import device_keys, join_codes


def load(connection: Connection) -> list[KeyRow]:
    """All keys of devices."""
    return [KeyRow(**row._mapping) for row in connection.execute(select(device_keys))]


def load_codes(connection: Connection) -> list[CodeRow]:
    """All join codes, oldest first."""
    query = select(join_codes).order_by(join_codes.c.id)
    return [CodeRow(**row._mapping) for row in connection.execute(query)]


def save(connection: Connection, keys: Sequence[KeyRow], codes: Sequence[CodeRow] = ()) -> None:
    """Write the keys of devices, and codes that have a row."""
    upsert.replace(connection, device_keys, [asdict(row) for row in keys])
    upsert.replace(connection, join_codes, [asdict(row) for row in codes])


def forget(connection: Connection, guids: Sequence[str], codes: Sequence[int] = ()) -> None:
    """Delete the keys of devices, and codes."""
    for guid in guids:
        connection.execute(delete(device_keys).where(device_keys.c.guid == guid))
    for code in codes:
        connection.execute(delete(join_codes).where(join_codes.c.id == code))


def add_code(connection: Connection, code: CodeRow) -> int:
    """A new code; its row, whatever `code.id` says."""
    columns = {name: value for name, value in asdict(code).items() if name != "id"}
    return int(connection.execute(insert(join_codes).values(columns).returning(join_codes.c.id)).scalar_one())
