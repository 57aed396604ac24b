"""The virtual air: Wi-Fi networks that a virtual plug hears, from a JSON file that may change meanwhile."""

import json
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from twig.errors import TwigError
from twig.twin import state

MOST_NETWORKS = 16
SSID_BYTES = 32
# WPA's own limits; an open network has no password.
PASSWORD_LENGTHS = range(8, 65)
BSSID = re.compile("[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}")
# How soon a change of the file is in the air: shorter than any time-out of the firmware.
POLL_S = 0.2


class AirError(TwigError):
    """An air file cannot be used; the text names file, place and rule."""


class Network(BaseModel):
    """One access point: `rssi` in dBm, `up` is False while it is switched off, `dhcp` where nobody
    gives addresses; a BSSID of its own, else one by its place in the air."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    ssid: Annotated[str, Field(min_length=1)]
    password: str = ""
    rssi: Annotated[int, Field(ge=-100, le=0)] = -55
    channel: Annotated[int, Field(ge=1, le=13)] = 6
    up: bool = True
    hidden: bool = False
    dhcp: bool = True
    bssid: str | None = None

    @field_validator("ssid")
    @classmethod
    def _ssid(cls, value: str) -> str:
        if len(value.encode()) > SSID_BYTES:
            raise ValueError(f"at most {SSID_BYTES} bytes")
        return value

    @field_validator("password")
    @classmethod
    def _password(cls, value: str) -> str:
        if value and len(value.encode()) not in PASSWORD_LENGTHS:
            raise ValueError("8 to 64 characters, or none for an open network")
        return value

    @field_validator("bssid")
    @classmethod
    def _bssid(cls, value: str | None) -> str | None:
        if value is not None and not BSSID.fullmatch(value):
            raise ValueError("six bytes in hexadecimal, as 02:54:57:00:00:01")
        return value

    def chip(self) -> state.Network:
        """As the chip's memory has it."""
        fields = self.model_dump(exclude={"bssid"})
        return state.Network(**fields, bssid=bytes.fromhex((self.bssid or "").replace(":", "")))


class Air(BaseModel):
    """All networks in reach."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    networks: Annotated[list[Network], Field(max_length=MOST_NETWORKS)]


# Used when no file is given.
DEFAULT = Air(networks=[Network(ssid="home", password="secret12")])  # noqa: S106


def parse(text: str, name: str = "air") -> Air:
    """The air of a file's text; AirError names the first thing that is wrong."""
    try:
        content: Any = json.loads(text)
    except ValueError as error:
        raise AirError(f"{name} is no JSON: {error}") from None
    try:
        return Air.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise AirError(f"{name}: {_place(first['loc'])}: {_sentence(first['msg'])}") from None


def load(path: Path | None) -> Air:
    """The air of a file, DEFAULT when there is none; AirError when it cannot be used."""
    if path is None:
        return DEFAULT
    try:
        return parse(path.read_text("utf-8"), str(path))
    except OSError as error:
        raise AirError(f"cannot read the air {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise AirError(f"{path} is not UTF-8") from None


class Watcher:
    """Calls `changed` with each new content of the file, `wrong` with what is wrong with it."""

    def __init__(self, path: Path, changed: Callable[[Air], None], wrong: Callable[[str], None]) -> None:
        self._path = path
        self._changed = changed
        self._wrong = wrong
        self._seen = self._stamp()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"air {path.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the watch; no call comes after it."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(POLL_S):
            stamp = self._stamp()
            if stamp != self._seen:
                self._seen = stamp
                self._reload()

    def _reload(self) -> None:
        try:
            self._changed(load(self._path))
        except AirError as error:
            self._wrong(error.text)

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino


def _place(location: tuple[int | str, ...]) -> str:
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".") or "the whole"


def _sentence(message: str) -> str:
    return message.removeprefix("Value error, ").removeprefix("Input ")
