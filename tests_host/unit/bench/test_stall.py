"""What the edges of the probe's pin say."""

from types import SimpleNamespace
from typing import Any

from tests_host.bench.stall import PULSE, Watch
from twig.twin.state import Edge

MS = 1_000_000


def watch(*edges: tuple[float, int]) -> Watch:
    """A watch of edges (ms, level) on the probe's pin, with others between them."""
    ring = [Edge(round(at * MS), PULSE, level, 0, 1) for at, level in edges]
    ring.insert(1, Edge(0, 12, 1, 0, 1))
    state = SimpleNamespace(edge_count=0)
    plug: Any = SimpleNamespace(state=state)
    made = Watch(plug)
    state.edge_count, state.edges = len(ring), lambda since: iter(ring[since:])
    made.read()
    made.read()
    return made


def test_lateness_is_what_exceeds_the_sleep() -> None:
    made = watch((0, 1), (0.001, 0), (10, 1), (10.001, 0), (35, 1), (35.002, 0), (44.5, 1))
    assert made.lateness() == [0, 15, 0]


def test_cost_is_the_length_of_a_pulse() -> None:
    assert watch((0, 1), (0.001, 0), (10, 1), (10.003, 0), (20, 1)).cost() == [1, 3]


def test_a_watch_that_begins_within_a_pulse() -> None:
    assert watch((0, 0), (10, 1), (10.002, 0)).cost() == [2]
