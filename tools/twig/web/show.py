"""How the page words what the hub knows: times, sizes, signal, values."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeGuard
from unicodedata import normalize

from twig import progress
from twig.hub.keys.codes import EXPIRED, TAKEN, USED, WAITING
from twig.hub.updates.update import CONFIRMED, WITHDRAWN, Update
from twig.hub.views import DeviceView, IOView, JoinCodeView

SIGNAL_DBM = ((-60, "strong"), (-70, "good"), (-80, "weak"))  # usual marks; below the last one links break
UNITS_S = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))
IDENTIFIES_MS = 10_000  # how long a card says that its device has identified itself; as in page.js
STATES = {"switch": ("off", "on"), "button": ("released", "pressed")}
CODE_STATES = {
    WAITING: "code waits until {time}",
    TAKEN: "has taken the code and is joining",
    USED: "has joined",
    EXPIRED: "the code has expired",
}
LOST = "took the code and has not come back"
CODES_OVER = 3
UPDATED_MS = 3_600_000  # how long a card says that its device has been updated
MOST = 1e15
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
    if not is_number(seconds) or seconds < 0:
        return EMPTY
    parts: list[str] = []
    rest = int(seconds)
    for size, unit in UNITS_S:
        count, rest = divmod(rest, size)
        if count or (parts and len(parts) < 2):
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


def started_ms(device: DeviceView) -> int:
    """When a device booted, by its last report of its uptime; 0 when it has told none that makes sense."""
    uptime_s = (device.status or {}).get("uptime_s")
    if not is_number(uptime_s) or not device.status_ms or not 0 <= uptime_s <= device.status_ms / 1000:
        return 0
    return device.status_ms - round(uptime_s * 1000)


def uptime(device: DeviceView, now_ms: int) -> str:
    """How long a device has been running; the script counts on."""
    started = started_ms(device)
    return duration(max(0, now_ms - started) // 1000) if started else EMPTY


def identifies(device: DeviceView, now_ms: int) -> bool:
    """Whether somebody at a device has just said which one it is."""
    return bool(device.identified_ms) and now_ms - device.identified_ms < IDENTIFIES_MS


def has_update(device: DeviceView, now_ms: int) -> bool:
    """Whether a card speaks of an update: to come, under way, failed, or just done."""
    update = device.update
    if update is None or update.state == WITHDRAWN:
        return False
    return update.state != CONFIRMED or now_ms - update.time_ms < UPDATED_MS


def update_words(update: Update) -> str:
    """What has become of an update."""
    if update.state == CONFIRMED:
        return f"Updated to {update.version}"
    share = f" {update.percent} %" if update.state == "fetching" else ""
    return f"Update to {update.version}: {progress.words(update.state)}{share}"


def update_percent(update: Update) -> int:
    """How far an update is, of 100."""
    return progress.overall(update.state, update.percent)


def is_open(code: JoinCodeView) -> bool:
    """Whether a device may still join with a code."""
    return code.state in (WAITING, TAKEN)


def listed(codes: Iterable[JoinCodeView]) -> list[JoinCodeView]:
    """The codes that the page names, newest first: all that can be cancelled, and the last others."""
    newest = list(codes)[::-1]
    over = [code for code in newest if not can_be_cancelled(code)][:CODES_OVER]
    return [code for code in newest if can_be_cancelled(code) or code in over]


def code_owner(code: JoinCodeView, devices: Iterable[DeviceView]) -> str:
    """Whom a code serves, or has served."""
    which = code.guid or code.for_guid
    if which is None:
        return "A new device"
    return next((one.name for one in devices if one.guid == which and one.name), which)


def can_be_cancelled(code: JoinCodeView) -> bool:
    """Whether that would keep a device out."""
    return is_open(code) or is_lost(code)


def is_lost(code: JoinCodeView) -> bool:
    """Whether a device has got a key for a code that has expired, and has not come back with it."""
    return code.state == EXPIRED and code.guid is not None


def code_state(code: JoinCodeView) -> str:
    """What has become of a code."""
    return LOST if is_lost(code) else CODE_STATES[code.state].format(time=moment(code.expires_ms))


def is_number(value: Any) -> TypeGuard[int | float]:
    """Whether what a device says can be reckoned with: JSON has integers beyond all floats."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < MOST


def size(count: Any) -> str:
    """Bytes in the unit that suits a chip's memory or a computer's."""
    if not is_number(count):
        return EMPTY
    kibibytes = count / 1024
    return f"{kibibytes:.1f} KiB" if kibibytes < 10_000 else f"{kibibytes / 1024:,.0f} MiB"


def signal(dbm: Any) -> str:
    """A received signal strength with a word for it."""
    if not is_number(dbm) or not dbm:
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
