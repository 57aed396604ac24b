"""Devices in the database. All functions run in the writer's thread, within its transaction."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from twig.hub.store import ios, upsert
from twig.hub.store.records import DeviceRecord
from twig.hub.store.tables import devices, old_ids

OWN = ("name", "model", "firmware", "parent", "signature", "joined_ms", "last_seen_ms", "address")
COLUMNS = (*OWN, "may_have_children")
# Fewer than the parameters that SQLite and PostgreSQL take in one statement.
CHUNK = 500


def load(connection: Connection) -> list[DeviceRecord]:
    """All devices with their present IOs and last values."""
    found = {}
    for row in connection.execute(select(devices)):
        columns = {name: getattr(row, name) for name in COLUMNS}
        found[row.id] = DeviceRecord(guid=row.guid, row=row.id, **columns)
    for device_row, io in ios.load(connection):
        found[device_row].ios.append(io)
    return list(found.values())


def save(connection: Connection, records: Sequence[DeviceRecord], time_ms: int) -> None:
    """Write devices (each GUID once) and their IOs, and set their rows."""
    rows = _rows(connection, [record.guid for record in records])
    new = [record for record in records if record.guid not in rows]
    known = [record for record in records if record.guid in rows]
    for record in known:
        record.row = rows[record.guid]
    refresh(connection, known)
    _insert(connection, new)
    ios.save(connection, records, time_ms)


def refresh(connection: Connection, records: Sequence[DeviceRecord]) -> None:
    """Write what is known of devices; their IOs stay."""
    if records:
        statement = update(devices).where(devices.c.id == bindparam("at"))
        connection.execute(statement, [{"at": record.row, **_columns(record)} for record in records])


def claim(connection: Connection, device_row: int, claimed: Sequence[int], time_ms: int) -> None:
    """Old ids belong to this device from now on."""
    rows = [{"old_id": old, "device_id": device_row, "claimed_ms": time_ms} for old in claimed]
    upsert.keep(connection, old_ids, rows)


def load_old_ids(connection: Connection) -> dict[int, int]:
    """Old id: row of the device that has claimed it."""
    return {row.old_id: row.device_id for row in connection.execute(select(old_ids))}


def _rows(connection: Connection, guids: Sequence[str]) -> dict[str, int]:
    found = {}
    for start in range(0, len(guids), CHUNK):
        query = select(devices.c.guid, devices.c.id).where(devices.c.guid.in_(guids[start : start + CHUNK]))
        found.update({row.guid: row.id for row in connection.execute(query)})
    return found


def _insert(connection: Connection, records: Sequence[DeviceRecord]) -> None:
    if records:
        statement = insert(devices).returning(devices.c.id, sort_by_parameter_order=True)
        rows = connection.execute(statement, [{"guid": one.guid, **_columns(one)} for one in records])
        for record, row in zip(records, rows, strict=True):
            record.row = row.id


def _columns(record: DeviceRecord) -> dict[str, Any]:
    return {name: getattr(record, name) for name in COLUMNS}
