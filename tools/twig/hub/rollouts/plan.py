"""How a rollout goes: its waves, what each has to prove, and how many devices fetch at once."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

SHARES = (0.01, 0.1, 0.5, 1.0)
PAUSE_S = 600.0  # a fault that shows itself only after some minutes shall show itself to few
AT_ONCE = 10  # a plug fetches some 100 KB; more at once would take the Wi-Fi from each other
LEAST_CONFIRMED = 0.9


@dataclass(frozen=True)
class Wave:
    """Who is in a wave, by one of three: named devices (GUIDs), a count, or a share of all, 0 to 1.

    A share is of all devices, those of earlier waves included: 0.1, then 0.5, is a tenth, then 4 tenths more.
    """

    devices: tuple[str, ...] = ()
    count: int = 0
    share: float = 0.0


@dataclass(frozen=True)
class Gates:
    """What stops a rollout, by wave; None switches a gate off.

    least_confirmed: share of the devices that have come to an end; most_rolled_back: devices; most_errors:
    crashes of all its devices since they run the release; least_heap: bytes that any of them has free.
    """

    least_confirmed: float = LEAST_CONFIRMED
    most_rolled_back: int = 0
    most_errors: int | None = None
    least_heap: int | None = None


@dataclass(frozen=True)
class Plan:
    """All of it; pause_s: from a wave's end to the next one's begin."""

    waves: tuple[Wave, ...] = tuple(Wave(share=share) for share in SHARES)
    gates: Gates = field(default_factory=Gates)
    pause_s: float = PAUSE_S
    at_once: int = AT_ONCE


def to_json(plan: Plan) -> dict[str, Any]:
    """A plan for the database."""
    return asdict(plan)


def from_json(raw: Mapping[str, Any]) -> Plan:
    """What `to_json` has made."""
    waves = tuple(Wave(tuple(each["devices"]), each["count"], each["share"]) for each in raw["waves"])
    return Plan(waves, Gates(**raw["gates"]), raw["pause_s"], raw["at_once"])
