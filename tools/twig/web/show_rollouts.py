"""How the page words rollouts."""

from collections.abc import Sequence

from twig.hub.views import RolloutView, WaveView
from twig.web.show import moment

SHOWN_MS = 7 * 86_400_000  # one that is over stays in sight for so long after it began
GOING = ("running", "paused")
WORDS = (
    ("confirmed", "confirmed"),
    ("active", "under way"),
    ("refused", "refused or missing"),
    ("rolled_back", "rolled back"),
    ("offline", "offline"),
)


def listed(rollouts: Sequence[RolloutView], now_ms: int) -> list[RolloutView]:
    """Those that are going, and the newest of the others for some days."""
    over = [one for one in rollouts if one.state not in GOING][:1]
    return [
        one for one in rollouts if one.state in GOING or (one in over and now_ms - one.created_ms < SHOWN_MS)
    ]


def is_going(rollout: RolloutView) -> bool:
    """Whether it can be paused or resumed."""
    return rollout.state in GOING


def can_be_stopped(rollout: RolloutView) -> bool:
    """Whether its release may still be offered: one that is done waits for devices that were offline."""
    return is_going(rollout) or (rollout.state == "done" and any(wave.pending for wave in rollout.waves))


def state(rollout: RolloutView) -> str:
    """What it is at, in words."""
    if rollout.state != "running":
        word = rollout.state.capitalize()
        return f"{word}: {rollout.reason}" if rollout.reason else word
    number = next((at for at, wave in enumerate(rollout.waves, 1) if wave.state in ("open", "pausing")), 0)
    place = f"Wave {number} of {len(rollout.waves)}"
    if rollout.next_ms:
        return f"{place} has passed, the next one begins {moment(rollout.next_ms)}"
    return f"{place}: {rollout.fetching} fetching, {rollout.at_once} at most" if rollout.fetching else place


def total(rollout: RolloutView) -> int:
    """Its devices."""
    return sum(wave.total for wave in rollout.waves)


def confirmed(rollout: RolloutView) -> int:
    """Those that have the release."""
    return sum(wave.confirmed for wave in rollout.waves)


def figures(wave: WaveView) -> str:
    """How the devices of a wave fare."""
    counts = [f"{getattr(wave, name)} {words}" for name, words in WORDS if getattr(wave, name)]
    return ", ".join([*(["not begun"] if wave.state == "waiting" else []), *counts])


def over(wave: WaveView) -> int:
    """Devices of a wave that have come to an end, good or bad."""
    return wave.confirmed + wave.refused + wave.rolled_back
