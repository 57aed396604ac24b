"""A rollout in memory."""

from dataclasses import dataclass, field

from twig.hub.device import Device
from twig.hub.rollouts.plan import Plan
from twig.hub.views import RolloutView

RUNNING, PAUSED, STOPPED, DONE = "running", "paused", "stopped", "done"
GOING = (RUNNING, PAUSED)
PENDING = "pending"  # of a device: it has not been offered the release


@dataclass(frozen=True)
class Part:
    """One release of a rollout, which may have one for each board."""

    manifest: str
    version: str
    sequence: int
    boards: tuple[str, ...]


@dataclass
class Item:
    """A device in a rollout; state: pending or that of its update; errors: what it told before the offer."""

    device: Device
    wave: int
    manifest: str
    state: str = PENDING
    errors: int | None = None


@dataclass
class Rollout:
    """What, to whom, and how far; `wave` is the one that is open, `passed_ms` when it passed its gates, or 0.

    skipped: devices that were left out since they had rolled back from the release before.
    """

    id: int
    plan: Plan
    parts: tuple[Part, ...]
    created_ms: int
    skipped: int = 0
    state: str = RUNNING
    reason: str = ""
    wave: int = 0
    passed_ms: int = 0
    items: list[Item] = field(default_factory=list)  # in the order of their waves
    unsaved: dict[int, Item] = field(default_factory=dict)  # what the database does not have, by device's row
    changed: bool = False  # the rollout itself, as above
    seen: RolloutView | None = None  # of one that is over; all are counted for each look at the list

    @property
    def boards(self) -> set[str]:
        """Those that its releases are for."""
        return {board for part in self.parts for board in part.boards}

    @property
    def last_wave(self) -> int:
        """The number of the last one, from 0 on."""
        return self.items[-1].wave

    @property
    def version(self) -> str:
        """Of its releases: mostly one for all boards."""
        return ", ".join(dict.fromkeys(part.version for part in self.parts))

    def set_item(self, item: Item, state: str) -> None:
        """A device is further."""
        item.state, self.seen = state, None
        self.unsaved[item.device.record.row] = item

    def change(self, state: str, reason: str = "") -> None:
        """The rollout goes on, waits or ends."""
        self.state, self.reason, self.changed, self.seen = state, reason, True, None
