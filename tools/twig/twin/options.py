"""What a virtual plug is told on the command line, and the configuration that follows from it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firmware.protocol import joincode
from firmware.protocol.errors import ProtocolError
from twig.errors import TwigError
from twig.twin.air import Air

SCHEMA = 1
DEVICE_PORT = 7261
HTTP_PORT = 80
# Ports below are shifted by the base; the last of them must be a port still.
LOW_PORTS = 1024


class OptionError(TwigError):
    """An option has a value that cannot be."""


@dataclass(frozen=True)
class Options:
    """`hub` is HOST or HOST:PORT; None means that the option was not given."""

    data: Path
    model: str = "s26"
    air: Path | Air | None = None
    interface: str = "127.0.0.1"
    hub: str | None = None
    insecure: bool = False
    discovery_port: int | None = None
    name: str | None = None
    python: bool = False
    heap: int | None = None
    setup: bool = False
    port_base: int = 0
    join_code: str | None = None

    def base(self) -> int:
        """The port base; OptionError when a port above it could not be."""
        if not 0 <= self.port_base <= 65536 - LOW_PORTS:
            raise OptionError(f"{self.port_base} is no port base: 0 to {65536 - LOW_PORTS}")
        return self.port_base

    def page(self) -> str:
        """URL of the plug's page."""
        return f"http://{self.interface}:{HTTP_PORT + self.port_base}/"

    def given(self) -> dict[str, Any]:
        """Settings that were given: they go into the configuration at every start."""
        found: dict[str, Any] = {"model": self.model}
        if self.name is not None:
            found["name"] = self.name
        if self.hub is not None:
            found["hub"] = hub(self.hub)
        if self.insecure:
            found["insecure"] = True
        if self.join_code is not None:
            found["join_code"] = code(self.join_code)
        if self.discovery_port is not None:
            found["discovery_port"] = port(str(self.discovery_port))
        return found

    def first(self, air: Air) -> dict[str, Any]:
        """The whole configuration of a new plug: a name, and unless `setup` the air's first network."""
        found: dict[str, Any] = {"schema": SCHEMA, "name": self.data.absolute().name}
        if not self.setup:
            found["wifi"] = [{"ssid": each.ssid, "password": each.password} for each in air.networks[:1]]
        return {**found, **self.given()}


def hub(text: str) -> dict[str, Any]:
    """The configuration's form of HOST or HOST:PORT; OptionError when it is neither."""
    host, separator, number = text.rpartition(":")
    if not separator:
        host, number = text, ""
    if not host or ":" in host:
        raise OptionError(f"--hub wants HOST or HOST:PORT, not {text!r}")
    return {"host": host, "port": port(number) if separator else DEVICE_PORT}


def code(text: str) -> str:
    """A join code's 12 characters; OptionError when it is none."""
    try:
        return str(joincode.normalise(text))
    except ProtocolError as error:
        raise OptionError(f"--join-code: {error}") from None


def port(text: str) -> int:
    """A port number; OptionError when it is none."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise OptionError(f"{text!r} is no port: 1 to 65535")
    return int(text)
