"""Run mode and setup mode change over without a reset, time and again: nothing piles up."""

import json
import time
from pathlib import Path

import pytest

from tests_host.system import quick, rig
from tests_host.system.rig import HubProcess
from twig.twin.plug import Plug

pytestmark = pytest.mark.timeout(180)
TURNS = 7
# The first turns load what stays: names of modules that were not needed before.
WARM = 2
NOISE = 300  # bytes between two turns: buffers and what is known of the hub
REST_S = 3.0  # a joined plug has sent its status and collected twice by then, on a slow machine too
HOME = {"ssid": "home", "password": "secret12"}
CHANGED = {
    "firmware.modes.serve.WITHOUT_WIFI_MS": 2000,
    "firmware.modes.health.COLLECT_S": 1,
    "firmware.portal.portal.WINDOWS_S": (0, 0, 600, 600, 1),
    "firmware.portal.portal.USED_S": 1,
}


@pytest.mark.slow
def test_changing_modes_time_and_again_costs_nothing(tmp_path: Path) -> None:
    air = tmp_path / "air.json"
    air.write_text(json.dumps({"networks": [HOME]}))
    with HubProcess(tmp_path / "hub", rig.free_port()) as hub:
        plug = rig.plug(tmp_path / "plug", hub.ports["discovery"], air=air, port_base=8200)
        quick.flash_first(plug, CHANGED)
        free, took = [], []
        with plug:
            for _ in range(TURNS):
                start = time.monotonic()
                rig.until(lambda: joined(hub), "the plug at the hub")
                took.append(time.monotonic() - start)
                free.append(at_rest(plug))
                air.write_text(json.dumps({"networks": [{**HOME, "up": False}]}))
                rig.until(lambda: plug.show()["mode"] == "setup", "the access point")
                assert rig.press(plug) < rig.SOON_MS
                air.write_text(json.dumps({"networks": [HOME]}))
                rig.until(lambda: plug.show()["mode"] == "run", "run mode")
            rig.untroubled(plug)
        print("free in run mode:", free, "s until joined:", [round(each, 1) for each in took])
        assert min(free[WARM:]) > free[WARM] - NOISE
        assert max(took[WARM:]) < 2 * min(took[1:]) + 1


def at_rest(plug: Plug) -> int:
    """The most bytes free after a collection; the one right behind the status still finds its code."""
    end, most = time.monotonic() + REST_S, 0
    while time.monotonic() < end:
        most = max(most, plug.state.heap.free)
        time.sleep(rig.POLL_S)
    return most


def joined(hub: HubProcess) -> bool:
    """Whether the hub has the plug online."""
    found = hub.device("plug")
    return bool(found and found["online"])
