"""How long the relay's pin is let go of at a reset."""

import time
from contextlib import ExitStack

from tests_host.bench.place import Place, joined, relay_edges, wait
from tests_host.bench.results import Result, Row
from tests_host.bench.stall import plug_with_probe
from twig.twin.plug import Plug
from twig.twin.state import EDGE_OUTPUT, EDGE_RELEASED, INPUT_HIGH, INPUT_LOW

RESETS, BITES = 10, 4
RESTART, HANG = 14, 5  # the probe's pins
RUNS_S = 0.5  # run mode is on its way then
SOFT = Row("relay_gap_reset", "relay let go of at machine.reset() (twin; on a chip unmeasured)", "ms")
BITE = Row("relay_gap_watchdog", "relay let go of at a watchdog's bite (twin; on a chip unmeasured)", "ms")
ROWS = (SOFT, BITE)
HOW = (
    "from the edge at which the twin releases GPIO12 to the one at which boot.py drives it high again. On"
    " the twin the start of a process stands for the chip's ROM loader, SDK and MicroPython before "
    "boot.py: no figure for a chip follows"
)


def measure(place: Place) -> list[Result]:
    """One plug with the relay on, reset again and again."""
    with ExitStack() as stack:
        hub = stack.enter_context(place.hub())
        plug = stack.enter_context(plug_with_probe(place, hub))
        joined(stack.enter_context(place.client(hub)), plug)
        plug.press(0.1)
        wait(lambda: plug.state.pin(12).level, "the relay")
        soft = [_gap(plug, RESTART) for _ in range(RESETS)]
        bites = [_gap(plug, HANG) for _ in range(BITES)]
    return [SOFT.result(max(soft), HOW, soft), BITE.result(max(bites), HOW, bites)]


def _gap(plug: Plug, pin: int) -> float:
    """Pull one of the probe's pins until the chip is reset; the gap in ms."""
    time.sleep(RUNS_S)
    since, boots = plug.state.edge_count, plug.state.boots
    plug.state.set_input(pin, INPUT_LOW)
    wait(lambda: plug.state.boots > boots, "the reset", poll=0.001)
    plug.state.set_input(pin, INPUT_HIGH)

    def driven() -> list[int]:
        edges = [edge for edge in relay_edges(plug, since) if edge.kind == EDGE_OUTPUT and edge.level]
        return [edge.ns for edge in edges if edge.boot > boots]

    wait(driven, "the relay's return")
    released = [edge.ns for edge in relay_edges(plug, since) if edge.kind == EDGE_RELEASED]
    return (driven()[0] - released[0]) / 1e6
