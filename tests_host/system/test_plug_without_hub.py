"""A hub that restarts, and one that becomes a black hole: the plug works on and comes back."""

import signal
import time
from pathlib import Path

import pytest

from tests_host.system import rig
from tests_host.system.rig import HubProcess

pytestmark = [pytest.mark.timeout(180), pytest.mark.slow]
# Two missed beacons of 5 s with their jitter, then 5 s for the answer to a Ping.
NOTICED_S = 25.0
BEACON_S = 5.5
# The relay's flood guard looks back so far.
FLOOD_S = 3.1


def test_a_hub_that_restarts(tmp_path: Path) -> None:
    hub = HubProcess(tmp_path / "hub", rig.free_port())
    with hub, rig.plug(tmp_path / "plug", hub.ports["discovery"]) as plug:
        before = hub.joined("plug")
        assert hub.set(before["guid"], True).status_code == 200
        hub.stop()
        rig.until(lambda: plug.state.tcp_open == 0, "the plug's notice of it")
        assert rig.press(plug) < rig.SOON_MS
        assert rig.relay(plug) is False
        hub.start()
        kept = hub.device("plug")
        assert kept and kept["guid"] == before["guid"]
        after = hub.joined("plug")
        assert after["guid"] == before["guid"]
        assert [io["id"] for io in after["ios"]] == [io["id"] for io in before["ios"]]
        rig.until(lambda: rig.value(hub.device("plug") or after, rig.RELAY) is False, "the relay's value")
        assert hub.set(after["guid"], True).status_code == 200
        rig.untroubled(plug)


def test_a_hub_that_becomes_a_black_hole(tmp_path: Path) -> None:
    """Its connections stay open and say nothing; so do new ones, which the kernel still accepts."""
    hub = HubProcess(tmp_path / "hub", rig.free_port())
    with hub, rig.plug(tmp_path / "plug", hub.ports["discovery"]) as plug:
        before = hub.joined("plug")
        time.sleep(BEACON_S)  # beacons can only be missed once one was heard
        hub.signal(signal.SIGSTOP)
        begun = time.monotonic()
        while "given up" not in rig.console(plug):
            assert time.monotonic() - begun < NOTICED_S, "the plug does not notice the silence"
            assert rig.press(plug) < rig.SOON_MS
            time.sleep(0.5)
        print(f"silence noticed after {time.monotonic() - begun:.1f} s")
        for _ in range(2):
            assert rig.press(plug) < rig.SOON_MS
        relay = rig.relay(plug)
        hub.signal(signal.SIGCONT)
        after = rig.until(lambda: as_it_is(hub, relay), "the plug back at the hub", 60)
        assert after["guid"] == before["guid"]
        time.sleep(FLOOD_S)  # the presses count for the hub, too
        assert hub.set(after["guid"], not relay).status_code == 200
        rig.untroubled(plug)


def as_it_is(hub: HubProcess, relay: bool) -> rig.Device | None:
    """The plug, when it is online and its relay known as it is now."""
    found = hub.device("plug")
    return found if found and found["online"] and rig.value(found, rig.RELAY) is relay else None
