"""From the button's contact to the relay's pin."""

import time
from contextlib import ExitStack

from tests_host.bench.place import Place, joined, no_wifi, relay_edges, wait
from tests_host.bench.results import Result, Row
from tests_host.bench.stats import percentile
from twig.twin.plug import Plug
from twig.twin.state import EDGE_OUTPUT, INPUT_HIGH, INPUT_LOW

PRESSES = 200
BUTTON, PRESSED, RELEASED = 0, INPUT_LOW, INPUT_HIGH
# One press takes 2 x 3 of these: each contact rests for longer than the firmware's 50 ms of debouncing.
STEP_S = 0.021
IDLE = Row("button_idle", "button → relay, p99, joined and idle", "ms", 5, 1)
HOLE = Row("button_black_hole", "button → relay, p99, hub black-holed", "ms", 5, 1)
ALONE = Row("button_no_wifi", "button → relay, p99, no Wi-Fi", "ms", 5, 1)
ROWS = (IDLE, HOLE, ALONE)
HOW = (
    "from CLOCK_MONOTONIC just before the host pulls GPIO0 low (its own call and the signal are in it) to"
    " the edge that the twin records at GPIO12; 200 presses on each of three plugs by turns; missed: "
    "presses without an edge in time"
)


def measure(place: Place) -> list[Result]:
    """Three plugs, one in each condition, pressed by turns."""
    with ExitStack() as stack:
        good, dead = (stack.enter_context(place.hub()) for _ in range(2))
        ports = [each.ports["discovery"] for each in (good, dead, good)]
        plugs = [stack.enter_context(place.plug(port)) for port in ports]
        for hub, plug in zip((good, dead), plugs, strict=False):
            joined(stack.enter_context(place.client(hub)), plug)
        dead.freeze()
        no_wifi(plugs[2])
        wait(lambda: plugs[2].state.station_status != 5, "the loss of Wi-Fi")
        counts = [plug.state.flash_ops for plug in plugs]
        found: list[list[float]] = [[] for _ in plugs]
        for _ in range(PRESSES):
            for latencies, latency in zip(found, _round(plugs), strict=True):
                latencies.extend(latency)
        operations = [plug.state.flash_ops - count for plug, count in zip(plugs, counts, strict=True)]
    return [_result(row, each, count) for row, each, count in zip(ROWS, found, operations, strict=True)]


def _result(row: Row, latencies: list[float], operations: int) -> Result:
    missed = PRESSES - len(latencies)
    return row.result(percentile(latencies, 99), HOW, latencies, missed=missed, flash_operations=operations)


def _round(plugs: list[Plug]) -> list[list[float]]:
    """Press and release each; the latencies in ms, [] for a press without an effect."""
    pressed = []
    for plug in plugs:
        edges = plug.state.edge_count
        at = time.monotonic_ns()
        plug.state.set_input(BUTTON, PRESSED)
        pressed.append((edges, at))
        time.sleep(STEP_S)
    found = [_latency(plug, *each) for plug, each in zip(plugs, pressed, strict=True)]
    for plug in plugs:
        plug.state.set_input(BUTTON, RELEASED)
        time.sleep(STEP_S)
    return found


def _latency(plug: Plug, since: int, at: int) -> list[float]:
    edges = [edge.ns for edge in relay_edges(plug, since) if edge.kind == EDGE_OUTPUT]
    return [(edges[0] - at) / 1e6] if edges else []
