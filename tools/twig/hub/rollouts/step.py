"""One step of a rollout: what has become of its devices, whether it may go on, and who is next."""

from collections.abc import Iterable
from itertools import groupby

from twig.hub import clock
from twig.hub.device import Device
from twig.hub.releases import Releases
from twig.hub.rollouts import judge
from twig.hub.rollouts.rollout import DONE, PENDING, RUNNING, STOPPED, Item, Rollout
from twig.hub.rollouts.tally import Tally, tally
from twig.hub.updates.update import CONFIRMED, FETCHING, OFFERED, OPEN, ROLLED_BACK, WAITING, WITHDRAWN
from twig.hub.updates.updates import SILENCE_MS, Updates

GONE = "its release is not published here any longer"
FETCH = (WAITING, OFFERED, FETCHING)  # may be fetching now, or in a moment


def step(rollout: Rollout, updates: Updates, releases: Releases) -> None:
    """Do what there is to do now; a paused one only follows, and may be stopped."""
    follow(rollout, rollout.items)
    found = tallies(rollout, updates)
    reason = _fault(rollout, found)
    if reason is None and rollout.state in (RUNNING, DONE):
        reason = _offer(rollout, updates, releases)
    if reason:
        stop(rollout, updates, reason)
    elif rollout.state == RUNNING:
        _advance(rollout, found[rollout.wave])


def follow(rollout: Rollout, items: Iterable[Item]) -> None:
    """Take over how far these devices are; of one that is over only those that were under way."""
    for item in items:
        state = _state(item, rollout.created_ms)
        if state != item.state:
            rollout.set_item(item, state)


def stop(rollout: Rollout, updates: Updates, reason: str) -> None:
    """No further offers, at once; whoever has taken one goes on by itself."""
    rollout.change(STOPPED, reason)
    hold(rollout, updates)


def hold(rollout: Rollout, updates: Updates) -> None:
    """Take back all offers that no device has taken yet, and make none again."""
    for item in rollout.items:
        updates.leave(item.device, item.manifest)
        _withdraw(rollout, item, updates)


def go_on(rollout: Rollout, updates: Updates) -> None:
    """The opposite: who is under way is looked after again."""
    for item in rollout.items:
        updates.tend(item.device)


def tallies(rollout: Rollout, updates: Updates) -> list[Tally]:
    """Of every wave."""
    waves = groupby(rollout.items, key=lambda item: item.wave)
    return [tally(items, updates.news_ms) for _, items in waves]


def fetching(rollout: Rollout, updates: Updates) -> int:
    """Devices that may be fetching; one that is silent for 15 minutes gives its place to another."""
    since_ms = clock.now_ms() - SILENCE_MS
    return sum(item.state in FETCH and updates.news_ms(item.device) > since_ms for item in rollout.items)


def _state(item: Item, since_ms: int) -> str:
    """How far a device is with its release; one that is offered another meanwhile is to be asked again.

    What it refused or rolled back from before the rollout began does not count: it shall try again.
    """
    update = item.device.update
    if update and update.manifest == item.manifest:
        if update.state in (*OPEN, CONFIRMED) or update.time_ms > since_ms:
            return PENDING if update.state == WITHDRAWN else update.state
    elif item.state in OPEN:
        return PENDING
    return ROLLED_BACK if item.manifest in item.device.rolled_back else item.state


def _fault(rollout: Rollout, found: list[Tally]) -> str | None:
    """Why the rollout has to stop."""
    gates = rollout.plan.gates
    for number, each in enumerate(found[: rollout.wave + 1]):
        reason = judge.fault(gates, each)
        if reason is None and number == rollout.wave and rollout.state != DONE:
            reason = judge.shortfall(gates, each)
        if reason:
            return f"wave {number + 1}: {reason}"
    return None


def _offer(rollout: Rollout, updates: Updates, releases: Releases) -> str | None:
    """Offer the release to devices whose waves have begun, as many as may fetch at once; why it cannot be."""
    begun = [item for item in rollout.items if item.wave <= rollout.wave]
    for item in begun:  # what waits for the others is a person's offer
        if item.device.member is None:
            _withdraw(rollout, item, updates)
    free = rollout.plan.at_once - fetching(rollout, updates)
    for item in begun:
        if free <= 0:
            break
        if item.state == PENDING and _may_have(item.device, item):
            release = releases.get(item.manifest)
            if release is None:
                return GONE
            item.errors = _errors(item.device)
            rollout.set_item(item, WAITING)
            updates.want(item.device, release)
            free -= 1
    return None


def _withdraw(rollout: Rollout, item: Item, updates: Updates) -> None:
    """Take back an offer that its device has not taken yet."""
    update = item.device.update
    if item.state == WAITING and update and (update.manifest, update.state) == (item.manifest, WAITING):
        updates.withdraw(item.device)
        rollout.set_item(item, PENDING)


def _may_have(device: Device, item: Item) -> bool:
    """Whether a device can be offered its release now: it is here, and not busy with another one."""
    is_busy = device.update is not None and device.update.is_open and device.update.manifest != item.manifest
    return device.member is not None and not is_busy


def _errors(device: Device) -> int | None:
    """The crashes that a device has told of, if it has told."""
    found = (device.status or {}).get("errors")
    return found if type(found) is int else None


def _advance(rollout: Rollout, wave: Tally) -> None:
    """Open the next wave once this one has passed and the pause is over."""
    now_ms = clock.now_ms()
    if not judge.has_passed(rollout.plan.gates, wave, is_first=rollout.wave == 0):
        rollout.changed |= rollout.passed_ms != 0  # somebody came late: the pause begins anew
        rollout.passed_ms = 0
    elif rollout.wave == rollout.last_wave:
        rollout.change(DONE)
    elif not rollout.passed_ms:
        rollout.passed_ms, rollout.changed = now_ms, True
    elif now_ms - rollout.passed_ms >= rollout.plan.pause_s * 1000:
        rollout.wave, rollout.passed_ms, rollout.changed = rollout.wave + 1, 0, True
