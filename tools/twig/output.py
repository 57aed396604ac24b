"""How `twig` prints devices, IOs and events."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from twig import text
from twig.client import IO, Device
from twig.text import plain

UPDATE = "{version} {state} {percent} % {reason}"


def value_text(value: Any, unit: str = "") -> str:
    """A value with its unit; on and off for booleans."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "on" if value else "off"
    return plain(f"{value} {unit}".rstrip())


def io_text(io: IO) -> str:
    """Name and value of an IO."""
    return f"{plain(io['name'])} {value_text(io['value'], io['unit'])}"


def device_line(device: Device) -> str:
    """GUID, name, model, online or offline, and the values, with tabs between."""
    values = ", ".join(io_text(io) for io in device["ios"] if io["readable"])
    return "\t".join(
        [device["guid"], plain(device["name"]), plain(device["model"]), presence(device), values]
    )


def presence(device: Device) -> str:
    """Whether a device is connected, in a word."""
    return "online" if device["online"] else "offline"


def listed(found: list[Any], as_json: bool, line: Callable[[Any], str]) -> None:
    """Print what a hub has of a kind: a line each, or all of it as JSON."""
    for each in [text.as_json(found, indent=1)] if as_json else map(line, found):
        print(each)


def table(devices: list[Device]) -> None:
    """The devices for people."""
    console = Console()
    if not devices:
        console.print(
            "No device has joined yet. Make a code by 'twig join-code' and type it in on a plug's set-up "
            "page, or run 'twig plug --data DIR --join-code CODE'."
        )
        return
    shown = Table("Name", "Model", "State", "Values", box=None, pad_edge=False)
    shown.add_column("GUID", no_wrap=True)  # half a GUID is of no use
    for device in devices:
        values = ", ".join(io_text(io) for io in device["ios"] if io["readable"])
        state = Text(presence(device), style="green" if device["online"] else "dim")
        shown.add_row(
            *map(Text, (plain(device["name"]), plain(device["model"]))), state, Text(values), device["guid"]
        )
    console.print(shown)


class Names:
    """Devices by GUID, read again when an unknown one appears."""

    def __init__(self, read: Callable[[], list[Device]]) -> None:
        self._read = read
        self._known: dict[str, Device] = {}

    def device(self, guid: str) -> Device | None:
        """The device, or None when the hub does not know it either."""
        if guid not in self._known:
            self._known = {one["guid"]: one for one in self._read()}
        return self._known.get(guid)

    def forget(self, guid: str) -> None:
        """The device may have changed."""
        self._known.pop(guid, None)


def event_line(kind: str, data: dict[str, Any], names: Names) -> str:
    """Local time, kind, device and what happened."""
    guid = data.get("guid", "")
    if kind == "device":
        names.forget(guid)
    device = names.device(guid) if guid else None
    who = plain(device["name"]) if device and device["name"] else guid
    return " ".join(filter(None, [f"{datetime.now():%H:%M:%S}", kind, who, details(kind, data, device)]))


def details(kind: str, data: dict[str, Any], device: Device | None) -> str:
    """What an event says beside its device."""
    if kind == "value" and device:
        io = next((one for one in device["ios"] if one["id"] == data.get("io")), None)
        if io:
            return io_text(io | {"value": data.get("value")})
    if kind == "identify":
        return "identifies itself"
    if kind == "update":
        return plain(UPDATE.format(**data)).strip()
    rest = {name: value for name, value in data.items() if name != "guid"}
    return " ".join(f"{name}={plain(value)}" for name, value in rest.items())
