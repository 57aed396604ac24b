"""Plugs that join by a code and come back under a key of their own."""

import json
from pathlib import Path
from typing import Any

from tests_host.system import rig
from tests_host.system.rig import HubProcess
from twig.twin.plug import Plug


def code(hub: HubProcess) -> str:
    """A new join code."""
    return str(hub.http.post("/join-codes", json={}).raise_for_status().json()["code"])


def plug(at: HubProcess, data: Path, **more: Any) -> Plug:
    """A plug that has been told a new code; not started."""
    return Plug(data, discovery_port=at.ports["discovery"], join_code=code(at), **more)


def settings(plug: Plug) -> dict[str, Any]:
    """Its configuration."""
    found: dict[str, Any] = json.loads(plug.files()["config.json"])
    return found


def keys(plug: Plug) -> bytes:
    """Its first entry: hub, mark, key, next key."""
    return plug.files()["keys"][:81]


def has_forgotten(plug: Plug) -> bool:
    """Whether the code is in no file, nor a mark that it brought the key; False while the chip writes."""
    try:
        old = plug.files().get("config.old", b"")
        return b"join_code" not in old and "join_code" not in settings(plug) and not keys(plug)[16]
    except Exception:  # caught in the middle of a write
        return False


def forgotten(plug: Plug) -> None:
    """Wait until the code is."""
    rig.until(lambda: has_forgotten(plug), "the end of the code")
