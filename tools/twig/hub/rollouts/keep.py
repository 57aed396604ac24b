"""Rollouts between memory and the database."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from twig.hub.device import Device
from twig.hub.rollouts import plan
from twig.hub.rollouts.rollout import Item, Part, Rollout
from twig.hub.store.rollouts import ItemRow, RolloutRow


def loaded(row: RolloutRow, devices: Mapping[int, Device]) -> Rollout:
    """A rollout that the database has; `devices` by their rows."""
    return Rollout(
        id=row.id,
        plan=plan.from_json(row.plan),
        parts=tuple(Part(**{**each, "boards": tuple(each["boards"])}) for each in row.parts),
        created_ms=row.created_ms,
        skipped=row.skipped,
        state=row.state,
        reason=row.reason,
        wave=row.wave,
        passed_ms=row.passed_ms,
        items=[Item(devices[it.device], it.wave, it.manifest, it.state, it.errors) for it in row.items],
    )


def row_of(rollout: Rollout, items: Iterable[Item]) -> RolloutRow:
    """What the database shall know of a rollout and these of its devices; a copy."""
    return RolloutRow(
        id=rollout.id,
        plan=plan.to_json(rollout.plan),
        parts=[asdict(part) for part in rollout.parts],
        created_ms=rollout.created_ms,
        skipped=rollout.skipped,
        state=rollout.state,
        reason=rollout.reason,
        wave=rollout.wave,
        passed_ms=rollout.passed_ms,
        items=[
            ItemRow(item.device.record.row, item.wave, item.manifest, item.state, item.errors)
            for item in items
        ],
    )
