"""Counts how the devices of a wave fare."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from twig.hub import clock
from twig.hub.device import Device
from twig.hub.rollouts.rollout import PENDING, Item
from twig.hub.updates.update import CONFIRMED, OPEN, REFUSED, ROLLED_BACK, TRIAL

# A device under way that has said nothing for so long, while it could have, proves nothing any more.
MISSING_MS = 3_600_000
RUNS = (TRIAL, CONFIRMED)


@dataclass
class Tally:
    """Of one wave. absent: pending and offline; missing: under way and silent for an hour.

    errors: crashes of all since they run the release; least_heap: the least that any has told of since then.
    """

    total: int = 0
    states: Counter[str] = field(default_factory=Counter)
    absent: int = 0
    missing: int = 0
    errors: int = 0
    least_heap: int | None = None
    rolled_back: list[str] = field(default_factory=list)  # labels of the devices

    @property
    def confirmed(self) -> int:
        """Devices that have the release for good."""
        return self.states[CONFIRMED]

    @property
    def ended(self) -> int:
        """Devices that have come to an end, good or bad."""
        return self.confirmed + self.states[REFUSED] + self.states[ROLLED_BACK] + self.missing

    @property
    def under_way(self) -> int:
        """Devices that the wave has to wait for: those that it can reach, and those that have begun."""
        return self.total - self.ended - self.absent


def tally(items: Iterable[Item], news_ms: Callable[[Device], int]) -> Tally:
    """Of a wave's items; `news_ms` says when something was heard of a device's update."""
    found, now_ms = Tally(), clock.now_ms()
    for item in items:
        found.total += 1
        found.states[item.state] += 1
        found.absent += item.device.member is None and item.state == PENDING
        if item.state in OPEN and now_ms - news_ms(item.device) > MISSING_MS:
            found.missing += 1
        if item.state == ROLLED_BACK:
            found.rolled_back.append(item.device.label)
        if item.state in RUNS:
            _add_figures(found, item, item.device)
    return found


def _add_figures(found: Tally, item: Item, device: Device) -> None:
    """What a device that runs the release has told of itself since it came back with it."""
    status, update, record = device.status, device.update, device.record
    if not status or not update or update.manifest != item.manifest:
        return
    if record.firmware != update.version or device.status_ms < record.joined_ms:
        return
    errors, heap = status.get("errors"), status.get("heap_free")
    if type(errors) is int and item.errors is not None:
        found.errors += max(0, errors - item.errors)
    if type(heap) is int:
        found.least_heap = heap if found.least_heap is None else min(heap, found.least_heap)
