"""Names the pattern that an LED blinks in, from its pin's edges and the table in firmware/drivers/led.py."""

import ast
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from twig.release.places import FIRMWARE

TABLE = FIRMWARE / "drivers" / "led.py"
TICK = "TICK_MS"
# How far a lit or dark time may be from the table: the event loop stalls for some ticks now and then.
TOLERANCE_MS = 30
# Edges looked at: enough for two periods and one late tick.
RECENT = 8
DARK = "off"
LIT = "on"
UNKNOWN = "unknown"

Edge = tuple[float, bool]


@cache
def patterns() -> dict[str, tuple[int, int]]:
    """Name -> milliseconds lit and dark of each pattern of the firmware; 0 for never."""
    names: dict[str, int] = {}
    for statement in ast.parse(TABLE.read_text("utf-8")).body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            target = statement.targets[0]
            if isinstance(target, ast.Name) and isinstance(statement.value.value, int):
                names[target.id] = statement.value.value
    tick = names.pop(TICK, None)
    if tick is None:
        raise ValueError(f"{TABLE} has no {TICK}")
    return {name.lower(): ((value >> 8) * tick, (value & 255) * tick) for name, value in names.items()}


def name(edges: Sequence[Edge], lit: bool, now_ms: float) -> str:
    """The pattern's name: `edges` are (ms, lit since then) in order, `lit` is the state at `now_ms`.

    Without changes for longer than any pattern it is "on" or "off", by the firmware's name if it has one."""
    changes = _changes(edges)[-RECENT:]
    blinking = {each: times for each, times in patterns().items() if min(times) > 0}
    longest = max((max(times) for times in blinking.values()), default=0)
    if not changes or now_ms - changes[-1][0] > longest + 2 * TOLERANCE_MS:
        return _steady(lit)
    spans = [(after[0] - before[0], before[1]) for before, after in pairwise(changes)]
    for period in reversed(list(pairwise(spans))):
        error = {
            each: max(abs(span - times[not on]) for span, on in period) for each, times in blinking.items()
        }
        best = min(error, key=error.__getitem__)
        if error[best] <= TOLERANCE_MS:
            return best
    return UNKNOWN


def _changes(edges: Sequence[Edge]) -> list[Edge]:
    """Edges without those that write the level that was there."""
    found: list[Edge] = []
    for edge in edges:
        if not found or found[-1][1] != edge[1]:
            found.append(edge)
    return found


def _steady(lit: bool) -> str:
    for each, times in patterns().items():
        if min(times) == 0 and (times[0] > 0) == lit:
            return each
    return LIT if lit else DARK
