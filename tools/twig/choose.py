"""Finds the device, the IO and the value that a person means by a few characters."""

import json
from typing import Any

from twig.client import IO, Device
from twig.errors import TwigError

WORDS = {
    "on": True,
    "true": True,
    "1": True,
    "yes": True,
    "off": False,
    "false": False,
    "0": False,
    "no": False,
}
NUMBERS = {"int32": int, "int64": int, "time": int, "float32": float, "float64": float}
TEXTS = {"string", "guid", "blob"}
SHOWN = 8  # names in an error line


class NotFound(TwigError):
    """Nothing, or more than one thing, fits."""


class BadValue(TwigError):
    """The text is not a value of the IO's type."""


def device(wanted: str, devices: list[Device]) -> Device:
    """The device of this GUID, name, beginning of a GUID or beginning of a name, in that order."""
    text = wanted.casefold()
    for fits in (
        [one for one in devices if one["guid"] == text],
        [one for one in devices if one["name"].casefold() == text],
        [one for one in devices if text and one["guid"].startswith(text)],
        [one for one in devices if text and one["name"].casefold().startswith(text)],
    ):
        if len(fits) == 1:
            return fits[0]
        if fits:
            names = listed(f"{one['name']} ({one['guid']})" for one in fits)
            raise NotFound(
                f"'{wanted}' fits {len(fits)} devices: {names}. Give more of the GUID or the name."
            )
    known = listed(one["name"] or one["guid"] for one in devices)
    raise NotFound(f"No device '{wanted}'. {f'Known: {known}.' if known else 'None has joined yet.'}")


def io(wanted: str, of: Device) -> IO:
    """The IO of this id or name."""
    fits = [one for one in of["ios"] if str(one["id"]) == wanted]
    fits = fits or [one for one in of["ios"] if one["name"].casefold() == wanted.casefold()]
    if len(fits) == 1:
        found: IO = fits[0]
        return found
    known = listed(f"{one['name']} ({one['id']})" for one in of["ios"])
    if fits:
        raise NotFound(f"{of['name']} has {len(fits)} IOs named '{wanted}'; give the id: {known}.")
    raise NotFound(f"{of['name']} has no IO '{wanted}'. It has: {known or 'none'}.")


def value(text: str, of: IO) -> Any:
    """`text` as a value of the IO's type."""
    try:
        read = convert(text, of["type"])
        json.dumps(read, allow_nan=False, ensure_ascii=False).encode()  # what JSON cannot carry is no value
        return read
    except (KeyError, ValueError):
        raise BadValue(f"'{text}' is no value for {of['name']}: give {expected(of)}.") from None


def convert(text: str, kind: str) -> Any:
    """`text` as a bool, number, text or JSON, as the type asks."""
    if kind == "bool":
        return WORDS[text.casefold()]
    if kind in NUMBERS:
        return NUMBERS[kind](text)
    return text if kind in TEXTS else json.loads(text)


def expected(of: IO) -> str:
    """What an IO takes, in words."""
    if of["type"] == "bool":
        return "on or off"
    limits = of.get("limits")
    bounds = f" from {limits['minimum']:g} to {limits['maximum']:g}" if limits else ""
    word = {int: "a whole number", float: "a number"}.get(
        NUMBERS.get(of["type"], str), f"JSON for {of['type']}"
    )
    return f"{word}{bounds}" + (f" ({of['unit']})" if of["unit"] else "")


def listed(names: Any) -> str:
    """The first names, and how many there are more."""
    every = list(names)
    more = f" and {len(every) - SHOWN} more" if len(every) > SHOWN else ""
    return ", ".join(every[:SHOWN]) + more
