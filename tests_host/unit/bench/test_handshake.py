"""What the edges of the handshake's probe say."""

import asyncio
from types import SimpleNamespace
from typing import Any

from tests_host.bench import handshake
from tests_host.bench.handshake import AFTER, BEFORE, DURING, Watch
from twig.twin.state import Edge

MS = 1_000_000


class Chip:
    """A chip whose probe goes one step further each time that its pins are looked at."""

    def __init__(self, *steps: tuple[float, int, int]) -> None:
        self.steps, self.ring, self.levels = list(steps), [Edge(0, DURING, 0, 0, 1)], dict[int, int]()
        self.state: Any = self

    @property
    def edge_count(self) -> int:
        return len(self.ring)

    def edges(self, since: int) -> list[Edge]:
        return self.ring[since:]

    def pin(self, number: int) -> Any:
        found = SimpleNamespace(level=self.levels.get(number, 0))
        if number == AFTER and self.steps:
            at, pin, level = self.steps.pop(0)
            self.ring.append(Edge(round(at * MS), pin, level, 0, 1))
            self.levels[pin] = level
        return found


def test_the_one_that_succeeds_counts(monkeypatch: Any) -> None:
    """The first attempt fails; CPU time counts from the last rest before the other one."""
    chip: Any = Chip(
        (1, BEFORE, 1), (2, BEFORE, 0), (3, DURING, 1), (6, DURING, 0),
        (10, BEFORE, 1), (11, BEFORE, 0), (12, DURING, 1), (19, DURING, 0), (20, AFTER, 1),
    )  # fmt: skip
    used = iter((5.0, 40.0, 48.0))
    monkeypatch.setattr(handshake, "cpu_ms", lambda plug: next(used))
    watch = Watch(chip)
    asyncio.run(watch.next())
    assert (watch.took, watch.cpu, watch.failed) == ([7.0], [8.0], 1)
