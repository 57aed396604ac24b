"""Finds what a hub on this computer has left for its own user: its true address and its local token.

A hub writes `local-token` and `hub.json` into its data directory, and below the user's state directory, by
its port, where that is. Only their owner can read them; they are new at every start and gone at the end.
"""

import ipaddress
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

LOCAL_FILE = "local-token"
HUB_FILE = "hub.json"
# What reading such a file may say: it is not there, not ours, not whole; RuntimeError: a user without a home.
UNUSABLE = (OSError, ValueError, KeyError, TypeError, RuntimeError)
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Here:
    """A hub of this user, or one whose data directory this user can read."""

    url: str
    token: str = field(repr=False)
    certificate: Path | None = None


def pointer(port: int) -> Path:
    """The file that tells where the hub with that HTTP port keeps its data."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state, "twig", "hubs", f"{port}.json")


def find(url: str) -> Here | None:
    """What is known of the hub that somebody means by `url`; None for hubs elsewhere and of others.

    Its token goes to the address that the hub itself has written down, never to another that leads here.
    """
    try:
        host, port = _place(url)
    except ValueError:  # no URL
        return None
    candidates = [os.environ.get("TWIG_DATA"), _pointed(port)]
    known = [found for data in candidates if data and (found := of(Path(data)))]
    return next((each for each in known if _same(host, port, each.url)), None)


def of(data: Path) -> Here | None:
    """The hub that runs with that data directory."""
    try:
        said, token = json.loads((data / HUB_FILE).read_text()), (data / LOCAL_FILE).read_text().strip()
        certificate = said.get("certificate")
        return Here(said["url"], token, Path(certificate) if certificate else None)
    except UNUSABLE:
        return None


def _pointed(port: int) -> str | None:
    try:
        return str(json.loads(pointer(port).read_text())["data"])
    except UNUSABLE:
        return None


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)


def _same(host: str, port: int, url: str) -> bool:
    own, own_port = _place(url)
    return port == own_port and (host == own or _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
