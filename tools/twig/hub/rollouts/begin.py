"""Makes a rollout of a plan: which releases, which devices, who is in which wave."""

import random
from collections.abc import Iterable

from twig.hub import clock
from twig.hub.device import Device
from twig.hub.errors import NobodyToUpdate, NotInRollout
from twig.hub.releases.index import Release
from twig.hub.rollouts.lay import lay
from twig.hub.rollouts.plan import Plan, Wave
from twig.hub.rollouts.rollout import Item, Part, Rollout
from twig.hub.updates.update import CONFIRMED


def begin(plan: Plan, by_board: dict[str, Release], devices: Iterable[Device], again: bool) -> Rollout:
    """A rollout to the devices of these boards that do not have it; id 0. NobodyToUpdate, NotInRollout.

    `again`: also to those that have rolled back from it.
    """
    fits = [device for device in devices if device.record.model in by_board]
    lacking = [device for device in fits if not _has(device, by_board[device.record.model])]
    willing = [
        device for device in lacking if by_board[device.record.model].manifest not in device.rolled_back
    ]
    chosen, shunned = lacking if again else willing, len(lacking) - len(willing)
    if not chosen:
        raise NobodyToUpdate(len(fits), shunned)
    _check_named(plan.waves, chosen)
    releases = {by_board[device.record.model].manifest: by_board[device.record.model] for device in chosen}
    return Rollout(
        id=0,
        plan=plan,
        parts=tuple(_part(each) for each in releases.values()),
        created_ms=clock.now_ms(),
        skipped=0 if again else shunned,
        items=_items(plan.waves, chosen, by_board),
    )


def _part(release: Release) -> Part:
    return Part(release.manifest, release.version, release.sequence, release.boards)


def _has(device: Device, release: Release) -> bool:
    """Whether a device has confirmed a release, and nothing since."""
    update = device.update
    return update is not None and (update.manifest, update.state) == (release.manifest, CONFIRMED)


def _check_named(waves: Iterable[Wave], chosen: Iterable[Device]) -> None:
    """Who is named must be one that gets it: else a person would wait for a canary that never comes."""
    known = {device.record.guid for device in chosen}
    for wave in waves:
        for guid in wave.devices:
            if guid not in known:
                raise NotInRollout(guid)


def _items(waves: Iterable[Wave], chosen: list[Device], by_board: dict[str, Release]) -> list[Item]:
    """The devices by their waves: by chance, but those that are online first, since they can prove it now."""
    order = random.sample(chosen, len(chosen))
    order.sort(key=lambda device: device.member is None)
    by_guid = {device.record.guid: device for device in order}
    laid = lay([(guid, device.record.model) for guid, device in by_guid.items()], waves)
    return [
        Item(by_guid[guid], number, by_board[by_guid[guid].record.model].manifest)
        for number, members in enumerate(laid)
        for guid in members
    ]
