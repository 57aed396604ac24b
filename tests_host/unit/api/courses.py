"""Rollouts whose course a test says."""

from dataclasses import replace

from twig.hub.views import RolloutView, WaveView

PASSED = WaveView("passed", 2, 0, 0, 0, 2, 0, 0)
OPEN = WaveView("open", 18, 7, 2, 3, 7, 1, 0)
WAITING = WaveView("waiting", 180, 180, 5, 0, 0, 0, 0)


def rollout(number: int = 1, state: str = "running", reason: str = "", **changes: object) -> RolloutView:
    """200 plugs in three waves, the second one open."""
    made = RolloutView(
        id=number,
        version="0.2.0",
        releases=["a3" * 32],
        boards=["basic", "s26"],
        state=state,
        reason=reason,
        created_ms=1_770_000_000_000,
        next_ms=0,
        skipped=1,
        fetching=3,
        at_once=10,
        pause_s=600.0,
        least_confirmed=0.9,
        most_rolled_back=0,
        most_errors=None,
        least_heap=5_120,
        waves=[PASSED, OPEN, WAITING],
    )
    return replace(made, **changes)  # type: ignore[arg-type]
