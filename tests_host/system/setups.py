"""Plugs that begin in setup mode, with waits short enough for a test."""

import json
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from tests_host.system import quick, rig
from tests_host.system.phone import Phone, free_base
from twig.twin.air import Air, Network
from twig.twin.plug import Plug

HOME = Network(ssid="home", password="secret12")
FAR = Network(ssid="far", password="far away", channel=11, rssi=-80)
SILENT = Network(ssid="silent", password="secret12", rssi=-70, dhcp=False)
AIR = Air(networks=[HOME, FAR, SILENT])
# A trial without an end in seconds; the access point closes soon after one that worked. A search of the twin
# takes 2.5 s, so that its failures last shorter than a chip's.
QUICK = {
    "firmware.portal.attempt.TRY_MS": 4500,
    "firmware.portal.attempt.SURE_MS": 800,
    "firmware.portal.portal.LEAVE_S": 4,
}
# The next power-on completes the power-cycle gesture.
FIVE_CYCLES = b"\x05"
OPEN_S = 30.0
building = Lock()  # tests start several plugs at once


def made(data: Path, port: int = 0, changes: Mapping[str, Any] = QUICK, **more: Any) -> Plug:
    """A plug without any Wi-Fi and a phone near it; not started. `port` is of discovery."""
    options = {"setup": True, "port_base": free_base(), "air": AIR, **more}
    plug = rig.plug(data, port or rig.free_port(), **options)
    with building:
        quick.flash_first(plug, changes)
    return plug


def known(
    data: Path, wifi: list[dict[str, str]], port: int = 0, changes: Mapping[str, Any] = QUICK, **settings: Any
) -> Plug:
    """One that has settings already and enters setup mode by its power-cycle gesture; not started."""
    plug = made(data, port, changes)
    rig.configure(plug, wifi=wifi, **settings)
    plug.write_file("cycles", FIVE_CYCLES)
    return plug


def opened(plug: Plug) -> Phone:
    """A phone at the page of a running plug."""
    phone = Phone(plug)
    phone.ready(OPEN_S)
    return phone


def closed(plug: Plug) -> None:
    """Wait until the access point is off."""
    rig.until(lambda: not plug.state.access_point.on, "the end of the access point", OPEN_S)


def stored(plug: Plug) -> dict[str, Any]:
    """What a reboot would read; {} while the chip writes."""
    try:
        found: dict[str, Any] = json.loads(plug.files()["config.json"])
    except Exception:
        return {}
    return found


def join(ssid: str, password: str | None = None, **settings: Any) -> dict[str, Any]:
    """What the page posts to /save."""
    network = {"ssid": ssid} if password is None else {"ssid": ssid, "password": password}
    return {"network": network, "settings": settings}
