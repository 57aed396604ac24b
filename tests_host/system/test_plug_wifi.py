"""Wi-Fi that goes and comes, that takes another password, and that the chip's SDK knows by itself."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests_host.system import hooks, rig
from tests_host.system.rig import HubProcess
from twig.twin.air import Air, Network
from twig.twin.plug import Plug

pytestmark = pytest.mark.timeout(180)
# Waits of 1, 2, 4 s between tries: at most three in that time.
WATCHED_S = 5.0
HOME = {"ssid": "home", "password": "secret12"}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """One hub for the module."""
    with HubProcess(tmp_path_factory.mktemp("wifi") / "hub", rig.free_port()) as running:
        yield running


@pytest.mark.slow
def test_wifi_that_goes_and_comes(hub: HubProcess, tmp_path: Path) -> None:
    air = tmp_path / "air.json"
    air.write_text(json.dumps({"networks": [HOME]}))
    with rig.plug(tmp_path / "plug", hub.ports["discovery"], air=air) as plug:
        first = hub.joined("plug")
        air.write_text(json.dumps({"networks": [{**HOME, "up": False}]}))
        rig.until(lambda: plug.show()["wifi"]["status"] != "connected", "the loss of Wi-Fi")
        assert rig.press(plug) < rig.SOON_MS
        assert rig.relay(plug)
        rig.until(lambda: plug.state.tcp_open == 0, "the end of the connection")
        air.write_text(json.dumps({"networks": [HOME]}))
        rig.until(lambda: back(hub), "the plug at the hub again", 60)
        assert hub.set(first["guid"], False).status_code == 200
        assert not rig.relay(plug)
        rig.untroubled(plug)


def back(hub: HubProcess) -> bool:
    """Whether the hub knows what the button did meanwhile."""
    found = hub.device("plug")
    return bool(found and found["online"] and rig.value(found, rig.RELAY) is True)


@pytest.mark.slow
def test_a_wrong_password_is_tried_seldom_and_works_once_it_is_right(hub: HubProcess, tmp_path: Path) -> None:
    right, wrong = Air(networks=[Network(**HOME)]), Air(networks=[Network(ssid="home", password="another12")])
    plug = rig.plug(tmp_path / "wrong", hub.ports["discovery"], air=right)
    rig.flash_first(plug)
    plug.options = rig.plug(tmp_path / "wrong", hub.ports["discovery"], air=wrong).options
    with plug:
        rig.until(lambda: plug.show()["wifi"]["status"] == "wrong password", "the refusal")
        assert rig.press(plug) < rig.SOON_MS
        assert rig.relay(plug)
        writes = plug.state.credential_writes
        time.sleep(WATCHED_S)
        assert plug.state.credential_writes - writes <= 3, "the SDK's flash is worn out by the tries"
        plug._change_air(right)  # as the file of an air would
        device = hub.joined("wrong", 60)
        assert rig.value(device, rig.RELAY) is True
        rig.untroubled(plug)


# Of a power-on: its counter's file is written, renamed (3), and removed once it has lasted (1).
COUNTED_OPERATIONS = 4
COMPACTED = 1  # littlefs copies its folder into another block when the log of it is full, each few boots
BOOTS = 3
SETTLED_S = 12.0  # a power-on has lasted long by then


def test_a_second_boot_writes_no_credentials(hub: HubProcess, tmp_path: Path) -> None:
    plug = rig.plug(tmp_path / "known", hub.ports["discovery"])
    with plug:
        hub.joined("known")
        writes = plug.state.credential_writes
        operations = [_booted_again(hub, plug) for _ in range(BOOTS)]
        assert plug.state.credential_writes == writes
        assert min(operations) == COUNTED_OPERATIONS, "a boot without news writes to flash"
        assert max(operations) <= COUNTED_OPERATIONS + COMPACTED


def _booted_again(hub: HubProcess, plug: Plug) -> int:
    """How often it has changed the flash until its power-on was over."""
    plug.power_cut()
    operations = plug.state.flash_ops
    plug.power_on()
    rig.until(lambda: plug.show()["wifi"]["status"] == "connected", "Wi-Fi")
    hub.joined("known")
    rig.until(lambda: "uptime_s" in ((hub.device("known") or {}).get("status") or {}), "the status")
    rig.until(lambda: "cycles" not in plug.files(), "the end of the power-on's counter")
    return plug.state.flash_ops - operations


def test_an_orderly_reset_writes_nothing(hub: HubProcess, tmp_path: Path) -> None:
    plug = rig.plug(tmp_path / "again", hub.ports["discovery"])
    main = hooks.MAIN.replace('raise RuntimeError("bad library")', "record.reset()")
    rig.flash_first(plug, main_py=hooks.before_main(main))
    with plug:
        hub.joined("again")
        rig.until(lambda: "cycles" in plug.files(), "the power-on's counter")
        rig.until(lambda: "cycles" not in plug.files(), "its end")
        operations = plug.state.flash_ops
        hooks.trigger(plug, hooks.CRASH_PIN)
        rig.until(lambda: plug.state.boots == 2, "the reset")
        hooks.trigger(plug, hooks.CRASH_PIN, 0)
        rig.until(lambda: plug.state.uptime_s > SETTLED_S, "what a start may write", 2 * SETTLED_S)
        assert (plug.state.boots, plug.show()["reset_cause"]) == (2, "software")
        assert plug.state.flash_ops == operations
