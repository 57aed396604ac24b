"""Key rotation seen from both ends: what the plug's flash and the hub's database hold."""

import json
import sqlite3
from contextlib import closing, suppress
from typing import Any

from firmware.protocol import guid
from tests_host.system import rig
from tests_host.system.rig import HubProcess
from twig.hub.keys import master
from twig.hub.keys.device_keys import NEXT, PRESENT
from twig.hub.keys.vault import Vault
from twig.hub.settings import DATABASE
from twig.twin.plug import Plug

KEY = slice(17, 49)
# Of a rotation that was cut off: waits of the plug, doubling from 1 s, and handshakes under both keys.
BACK_S = 60.0

Device = dict[str, Any]


def join_code(hub: HubProcess) -> str:
    """A new join code."""
    return str(hub.http.post("/join-codes", json={}).raise_for_status().json()["code"])


def keys(plug: Plug) -> bytes:
    """Its first entry: hub, mark, key, next key; empty while the chip writes it."""
    try:
        return plug.files().get("keys", b"")[:81]
    except Exception:  # read in the middle of a write
        return b""


def key(plug: Plug, hub: HubProcess) -> bytes | None:
    """Its only key, which serves that hub; None when it has another number of them, or a mark at it."""
    entry = keys(plug)
    only = entry[:17] == guid.parse(hub.guid) + b"\0" and entry[49:] == bytes(32)
    return entry[KEY] if only and any(entry[KEY]) else None


def stored(hub: HubProcess, device: Device) -> bytes | None:
    """The only key of a device in the hub's database; None when it has another number of them."""
    address = f"{(hub.data / DATABASE).absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as database:
        query = "SELECT present, next FROM device_keys WHERE guid = ?"
        present, after = database.execute(query, (device["guid"],)).fetchone() or (None, None)
    vault = Vault(master.load(hub.data, needed=True))
    for sealed, place in ((present, PRESENT), (after, NEXT)):
        if sealed:
            vault.open(sealed, place, device["guid"])
    return vault.open(present, PRESENT, device["guid"]) if present and not after else None


def new_key(hub: HubProcess, plug: Plug, device: Device, old: bytes) -> bytes | None:
    """The key that both have alone, and that is not `old`; None until then."""
    found = key(plug, hub)
    return found if found and found != old and found == stored(hub, device) else None


def settled(plug: Plug) -> bool:
    """Whether it has no code to forget and counts no power-on: it writes no file any longer."""
    with suppress(Exception):  # read in the middle of a write
        files = plug.files()
        kept = [json.loads(files[name]) for name in ("config.json", "config.old") if name in files]
        return kept != [] and not any("join_code" in each for each in kept) and "cycles" not in files
    return False


def rest(plug: Plug) -> None:
    """Wait until it is settled; six shorter powers in a row would open its access point."""
    rig.until(lambda: settled(plug), "the end of what it writes after a start")


def obeys(hub: HubProcess, plug: Plug, device: Device) -> None:
    """The hub switches it there and back."""
    for wanted in (True, False):
        rig.until(
            lambda wanted=wanted: hub.set(device["guid"], wanted).status_code == 200, "an answer", BACK_S
        )
        assert rig.relay(plug) is wanted


def finished(hub: HubProcess, plug: Plug, device: Device, old: bytes) -> bytes:
    """Wait for the end of the rotation: one new key, the same at both ends, and a plug that obeys."""
    made = rig.until(lambda: new_key(hub, plug, device, old), "one new key at both ends", BACK_S)
    name = str(device["name"])
    hub.joined(name, BACK_S)
    obeys(hub, plug, device)
    assert hub.device(name)["key"] == "present"  # type: ignore[index]
    assert plug.show()["crashes"] == 0, rig.console(plug)
    return bytes(made)


def rotate(hub: HubProcess, device: Device) -> None:
    """`twig rotate DEVICE`, by the API."""
    hub.http.post(f"/devices/{device['guid']}/rotate-key").raise_for_status()
