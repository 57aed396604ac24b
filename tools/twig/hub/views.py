"""What the hub shows of its devices: frozen snapshots of plain JSON values."""

from dataclasses import dataclass, field
from typing import Any

from twig.hub.updates.update import Update


@dataclass(frozen=True)
class IOView:
    """One input or output; limits are (minimum, maximum, step), times UTC milliseconds, 0 for unknown."""

    id: int
    name: str
    kind: str
    unit: str
    type: str
    readable: bool
    writable: bool
    limits: tuple[float, float, float] | None
    value: Any
    value_ms: int


@dataclass(frozen=True)
class DeviceView:
    """One device; parent is a GUID, of the hub's reserved one (zeros) for a device at the hub itself.

    key: none, new (given, not accepted yet), present, or rotating (a next one waits).
    """

    guid: str
    name: str
    model: str
    firmware: str
    online: bool
    address: str
    parent: str
    joined_ms: int
    last_seen_ms: int
    ios: list[IOView]
    status: dict[str, Any] | None
    status_ms: int = 0
    identified_ms: int = 0
    may_have_children: bool = False
    key: str = "none"
    update: Update | None = None


@dataclass(frozen=True)
class WaveView:
    """How the devices of a wave fare; state: waiting, open, pausing (passed, the next one waits) or passed.

    pending: not offered yet, of them `offline`; active: offered and under way; refused holds those missing.
    """

    state: str
    total: int
    pending: int
    offline: int
    active: int
    confirmed: int
    refused: int
    rolled_back: int


@dataclass(frozen=True)
class RolloutView:
    """A rollout; next_ms: when the next wave begins, 0 while that is open; fetching: devices at it now.

    devices: (GUID, wave from 1 on, state), of a single rollout only.
    """

    id: int
    version: str
    releases: list[str]
    boards: list[str]
    state: str
    reason: str
    created_ms: int
    next_ms: int
    skipped: int
    fetching: int
    at_once: int
    pause_s: float
    least_confirmed: float
    most_rolled_back: int
    most_errors: int | None
    least_heap: int | None
    waves: list[WaveView]
    devices: list[tuple[str, int, str]] | None = None


@dataclass(frozen=True)
class JoinCodeView:
    """A join code, never the code itself; state: waiting, taken, used or expired.

    for_guid: the only device that it serves, None for any new one; guid: the one that has taken it.
    """

    id: int
    for_guid: str | None
    guid: str | None
    expires_ms: int
    state: str


@dataclass(frozen=True)
class NewJoinCode:
    """A join code that has just been made: the only time that `code`, its text, can be seen."""

    id: int
    code: str = field(repr=False)
    for_guid: str | None
    expires_ms: int
