"""Rollouts in the database; the writer's thread runs these functions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from twig.hub.store import upsert
from twig.hub.store.tables import rollout_devices, rollouts


@dataclass(frozen=True)
class ItemRow:
    """A device in a rollout, by the row of both."""

    device: int
    wave: int
    manifest: str
    state: str
    errors: int | None


@dataclass(frozen=True)
class RolloutRow:
    """A rollout; plan and parts as JSON; id is 0 before it has one."""

    id: int
    plan: dict[str, Any]
    parts: list[dict[str, Any]]
    created_ms: int
    skipped: int
    state: str
    reason: str
    wave: int
    passed_ms: int
    items: list[ItemRow] = field(default_factory=list)


COLUMNS = ("plan", "parts", "created_ms", "skipped", "state", "reason", "wave", "passed_ms")


def load(connection: Connection) -> list[RolloutRow]:
    """All of them, the oldest first, their devices in the order of the waves."""
    found = {}
    for row in connection.execute(select(rollouts).order_by(rollouts.c.id)):
        found[row.id] = RolloutRow(row.id, **{name: getattr(row, name) for name in COLUMNS})
    query = select(rollout_devices).order_by(rollout_devices.c.wave, rollout_devices.c.place)
    for row in connection.execute(query):
        item = ItemRow(row.device_id, row.wave, row.manifest, row.state, row.errors)
        found[row.rollout_id].items.append(item)
    return list(found.values())


def add(connection: Connection, new: RolloutRow, gone: Sequence[int]) -> int:
    """A new rollout with its devices, and the end of old ones; its id."""
    for number in gone:
        connection.execute(delete(rollout_devices).where(rollout_devices.c.rollout_id == number))
        connection.execute(delete(rollouts).where(rollouts.c.id == number))
    made = insert(rollouts).values(**_columns(new)).returning(rollouts.c.id)
    number = int(connection.execute(made).scalar_one())
    rows = [{"place": place, **_item(number, item)} for place, item in enumerate(new.items)]
    connection.execute(insert(rollout_devices), rows)
    return number


def save(connection: Connection, changed: RolloutRow) -> None:
    """How far a rollout is, and those of its devices that are in `changed.items`."""
    connection.execute(update(rollouts).where(rollouts.c.id == changed.id).values(**_columns(changed)))
    upsert.replace(connection, rollout_devices, [_item(changed.id, item) for item in changed.items])


def _columns(row: RolloutRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS}


def _item(number: int, item: ItemRow) -> dict[str, Any]:
    same = {"wave": item.wave, "manifest": item.manifest, "state": item.state, "errors": item.errors}
    return {"rollout_id": number, "device_id": item.device, **same}
