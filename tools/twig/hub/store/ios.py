"""IOs in the database; the writer's thread runs these functions. A row is one meaning of an IO id."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from twig.hub.store.records import DeviceRecord, IORecord
from twig.hub.store.tables import ios, last_values

CHUNK = 500


def load(connection: Connection) -> Iterator[tuple[int, IORecord]]:
    """(device's row, IO with its last value) of all present IOs, in the order of registration."""
    query = select(ios, last_values.c.time_ms, last_values.c.value).outerjoin(last_values)
    for row in connection.execute(query.where(ios.c.retired_ms.is_(None)).order_by(ios.c.position)):
        yield row.device_id, _record(row)


def save(connection: Connection, devices: Sequence[DeviceRecord], time_ms: int) -> None:
    """Write the devices' IOs and set their rows; where type and kind are as before, the history goes on."""
    known = _known(connection, [device.row for device in devices])
    kept, new, retired = [], [], []
    for device in devices:
        rows = known.get(device.row, {})
        for place, io in enumerate(device.ios):
            row = rows.get(io.number)
            columns = _columns(io, place)
            if row is None or (row.descriptor, row.kind) != (io.descriptor, io.kind):
                new.append((io, {"device_id": device.row, "since_ms": time_ms, **columns}))
            else:
                io.row = row.id
                kept.append({"at": row.id, "retired_ms": None, **columns})
        present = {io.row for io in device.ios}
        retired += [row.id for row in rows.values() if row.retired_ms is None and row.id not in present]
    _update(connection, kept)
    _update(connection, [{"at": row, "retired_ms": time_ms} for row in retired])
    _insert(connection, new)


def _known(connection: Connection, device_rows: Sequence[int]) -> dict[int, dict[int, Row[Any]]]:
    """By the device's row and the IO's number: the newest row, retired or not."""
    found: dict[int, dict[int, Row[Any]]] = {}
    for start in range(0, len(device_rows), CHUNK):
        query = select(ios).where(ios.c.device_id.in_(device_rows[start : start + CHUNK]))
        for row in connection.execute(query.order_by(ios.c.id)):
            found.setdefault(row.device_id, {})[row.number] = row
    return found


def _update(connection: Connection, changes: Sequence[dict[str, Any]]) -> None:
    if changes:
        connection.execute(update(ios).where(ios.c.id == bindparam("at")), changes)


def _insert(connection: Connection, new: Sequence[tuple[IORecord, dict[str, Any]]]) -> None:
    if new:
        statement = insert(ios).returning(ios.c.id, sort_by_parameter_order=True)
        for (io, _), row in zip(
            new, connection.execute(statement, [columns for _, columns in new]), strict=True
        ):
            io.row = row.id


def _columns(io: IORecord, place: int) -> dict[str, Any]:
    minimum, maximum, step = io.limits or (None, None, None)
    same = {name: getattr(io, name) for name in ("number", "flags", "descriptor", "kind", "name", "unit")}
    return {**same, "position": place, "minimum": minimum, "maximum": maximum, "step": step}


def _record(row: Row[Any]) -> IORecord:
    limits = None if row.minimum is None else (row.minimum, row.maximum, row.step)
    same = (row.number, row.flags, row.descriptor, row.kind, row.name, row.unit)
    return IORecord(*same, limits=limits, row=row.id, value=row.value, value_ms=row.time_ms or 0)
