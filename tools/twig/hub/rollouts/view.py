"""What the hub shows of its rollouts."""

from dataclasses import replace

from twig.hub.rollouts.rollout import DONE, GOING, PENDING, STOPPED, Rollout
from twig.hub.rollouts.step import fetching, tallies
from twig.hub.rollouts.tally import Tally
from twig.hub.updates.update import OPEN, REFUSED
from twig.hub.updates.updates import Updates
from twig.hub.views import RolloutView, WaveView


def view(rollout: Rollout, updates: Updates, with_devices: bool = False) -> RolloutView:
    """A snapshot."""
    found = rollout.seen or _counted(rollout, updates)
    if rollout.seen is None and _is_over(rollout):
        rollout.seen = found
    if not with_devices:
        return found
    devices = [(item.device.record.guid, item.wave + 1, item.state) for item in rollout.items]
    return replace(found, devices=devices)


def _is_over(rollout: Rollout) -> bool:
    """Whether nothing of it changes any more but by `Rollout.set_item` and `change`."""
    left = {item.state for item in rollout.items}
    return (
        rollout.state not in GOING and not left & OPEN and (rollout.state == STOPPED or PENDING not in left)
    )


def _counted(rollout: Rollout, updates: Updates) -> RolloutView:
    plan, found = rollout.plan, tallies(rollout, updates)
    return RolloutView(
        id=rollout.id,
        version=rollout.version,
        releases=[part.manifest for part in rollout.parts],
        boards=sorted({item.device.record.model for item in rollout.items}),
        state=rollout.state,
        reason=rollout.reason,
        created_ms=rollout.created_ms,
        next_ms=rollout.passed_ms + round(plan.pause_s * 1000) if rollout.passed_ms else 0,
        skipped=rollout.skipped,
        fetching=fetching(rollout, updates),
        at_once=plan.at_once,
        pause_s=plan.pause_s,
        least_confirmed=plan.gates.least_confirmed,
        most_rolled_back=plan.gates.most_rolled_back,
        most_errors=plan.gates.most_errors,
        least_heap=plan.gates.least_heap,
        waves=[_wave(each, _place(rollout, number)) for number, each in enumerate(found)],
    )


def _place(rollout: Rollout, number: int) -> str:
    """Whether a wave has begun, or is over."""
    if number < rollout.wave or rollout.state == DONE:
        return "passed"
    if number > rollout.wave:
        return "waiting"
    return "pausing" if rollout.passed_ms else "open"


def _wave(found: Tally, state: str) -> WaveView:
    pending = found.states[PENDING]
    return WaveView(
        state=state,
        total=found.total,
        pending=pending,
        offline=found.absent,
        active=found.total - pending - found.ended,
        confirmed=found.confirmed,
        refused=found.states[REFUSED] + found.missing,
        rolled_back=len(found.rolled_back),
    )
