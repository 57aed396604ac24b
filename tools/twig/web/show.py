"""How the page words what the hub knows: times, sizes, signal, values."""

from datetime import UTC, datetime
from typing import Any
from unicodedata import normalize

from twig.hub.views import IOView

SIGNAL_DBM = ((-60, "strong"), (-70, "good"), (-80, "weak"))  # usual marks; below the last one links break
UNITS_S = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))
STATES = {"switch": ("off", "on"), "button": ("released", "pressed")}
MINUS = "\N{MINUS SIGN}"
EMPTY = "\N{EN DASH}"


def sort_key(name: str) -> str:
    """Sorts names as people look for them: without regard to case, Ä beside A."""
    return normalize("NFKD", name).casefold()


def is_switch(io: IOView) -> bool:
    """Whether the page offers a switch for an IO."""
    return io.writable and io.type == "bool"


def value(io: IOView) -> str:
    """The last value of an IO with its unit."""
    if io.value is None:
        return EMPTY
    if isinstance(io.value, bool):
        off, on = STATES.get(io.kind, STATES["switch"])
        return on if io.value else off
    text = f"{io.value:.6g}" if isinstance(io.value, float) else str(io.value)
    return f"{text} {io.unit}".rstrip()


def duration(seconds: Any) -> str:
    """A length of time in its two largest units: 3 d 4 h."""
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or seconds < 0:
        return EMPTY
    parts: list[str] = []
    rest = int(seconds)
    for size, unit in UNITS_S:
        count, rest = divmod(rest, size)
        if count or (parts and len(parts) < 2):
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


def size(count: Any) -> str:
    """Bytes in the unit that suits a chip's memory or a computer's."""
    if not isinstance(count, int | float):
        return EMPTY
    kibibytes = count / 1024
    return f"{kibibytes:.1f} KiB" if kibibytes < 10_000 else f"{kibibytes / 1024:,.0f} MiB"


def signal(dbm: Any) -> str:
    """A received signal strength with a word for it."""
    if not isinstance(dbm, int | float) or not dbm:
        return EMPTY
    word = next((word for mark, word in SIGNAL_DBM if dbm >= mark), "very weak")
    return f"{f'{dbm:g}'.replace('-', MINUS)} dBm, {word}"


def moment(milliseconds: int) -> str:
    """A time for people; the script words it relative to now."""
    return f"{at(milliseconds):%Y-%m-%d %H:%M} UTC" if milliseconds else "never"


def machine_moment(milliseconds: int) -> str:
    """The same for <time datetime>."""
    return f"{at(milliseconds):%Y-%m-%dT%H:%M:%SZ}"


def at(milliseconds: int) -> datetime:
    """A hub's time (UTC, ms since 1970) as a datetime."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
