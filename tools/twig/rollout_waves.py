"""The waves of a rollout as a person writes them."""

from typing import Any

from twig import choose
from twig.client import Device
from twig.errors import TwigError

DEFAULT = ("1%", "10%", "50%", "100%")


class BadWave(TwigError):
    """What was given is neither a share nor devices."""


def waves_of(canaries: list[str], waves: list[str], devices: list[Device]) -> list[dict[str, Any]]:
    """As the API takes them: canaries, then the waves, or those that everybody gets. BadWave, NotFound."""
    first = [_canaries(canaries, devices)] if canaries else []
    return [*first, *(_wave(each, devices) for each in waves or DEFAULT)]


def _canaries(canaries: list[str], devices: list[Device]) -> dict[str, Any]:
    """A number, or names."""
    if len(canaries) == 1 and canaries[0].isdecimal() and int(canaries[0]):
        return {"count": int(canaries[0])}
    return {"devices": [choose.device(name, devices)["guid"] for name in canaries]}


def _wave(wanted: str, devices: list[Device]) -> dict[str, Any]:
    if not wanted.endswith("%"):
        return {"devices": [choose.device(name.strip(), devices)["guid"] for name in wanted.split(",")]}
    try:
        percent = float(wanted[:-1])
    except ValueError:
        percent = 0.0
    if not 0 < percent <= 100:
        raise BadWave(f"'{wanted}' is no share of the devices: give more than 0% and at most 100%.")
    return {"share": percent / 100}
