"""Updates of devices in the database; the writer's thread runs these functions."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from sqlalchemy import Connection, delete, select

from twig.hub.store import upsert
from twig.hub.store.tables import rollbacks, updates
from twig.hub.updates.update import Update

Rollback = tuple[int, str]  # a device's row, the SHA-256 of a manifest


@dataclass(frozen=True)
class UpdateRows:
    """All that the database holds of them: by the device's row, and what it has rolled back from."""

    updates: dict[int, Update] = field(default_factory=dict)
    rollbacks: set[Rollback] = field(default_factory=set)


def load(connection: Connection) -> UpdateRows:
    """Everything, when the hub starts."""
    found = {}
    for row in connection.execute(select(updates)):
        columns = dict(row._mapping)
        device = columns.pop("device_id")
        found[device] = Update(**columns)
    return UpdateRows(found, {(row.device_id, row.manifest) for row in connection.execute(select(rollbacks))})


def save(connection: Connection, changed: Mapping[int, Update]) -> None:
    """How far devices are, by their rows."""
    rows = [{"device_id": row, **asdict(update)} for row, update in changed.items()]
    upsert.replace(connection, updates, rows)


def save_rollbacks(connection: Connection, changed: Mapping[Rollback, int | None]) -> None:
    """When devices have rolled back, ms; None: that shall be forgotten."""
    rows = [{"device_id": row, "manifest": name, "time_ms": at} for (row, name), at in changed.items() if at]
    upsert.replace(connection, rollbacks, rows)
    for (row, name), at in changed.items():
        if not at:
            same = (rollbacks.c.device_id == row) & (rollbacks.c.manifest == name)
            connection.execute(delete(rollbacks).where(same))
