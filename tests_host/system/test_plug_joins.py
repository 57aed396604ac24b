"""Factory-fresh plugs and a hub: found by multicast, named once, switched both ways; twenty at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests_host.system import rig
from tests_host.system.rig import BUTTON, IDENTIFY, RELAY, HubProcess

pytestmark = pytest.mark.timeout(180)
MANY = 20
# Twenty boots and joins share two cores.
ALL_S = 90.0


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """One hub for the module."""
    with HubProcess(tmp_path_factory.mktemp("joins") / "hub", rig.free_port()) as running:
        yield running


def test_a_new_plug_finds_the_hub_and_is_switched(hub: HubProcess, tmp_path: Path) -> None:
    with rig.plug(tmp_path / "kitchen", hub.ports["discovery"]) as plug:
        device = hub.joined("kitchen")
        assert device["model"] == "s26"
        assert {io["id"]: (io["name"], io["kind"], io["type"], io["writable"]) for io in device["ios"]} == {
            RELAY: ("Relay", "switch", "bool", True),
            BUTTON: ("Button", "button", "bool", False),
            IDENTIFY: ("Identify", "identify", "int32", False),
        }
        for wanted in (True, False):
            answer = hub.set(device["guid"], wanted)
            assert (answer.status_code, answer.json()["value"]) == (200, wanted)
            assert rig.relay(plug) is wanted
        rig.untroubled(plug)


def test_the_hub_sees_the_button(hub: HubProcess, tmp_path: Path) -> None:
    with rig.plug(tmp_path / "hall", hub.ports["discovery"]) as plug:
        hub.joined("hall")
        plug.state.set_input(rig.BUTTON_PIN, 0)
        for io, wanted in ((RELAY, True), (BUTTON, True)):
            rig.until(lambda io=io, wanted=wanted: hub_value(hub, "hall", io) is wanted, "the press")
        plug.state.set_input(rig.BUTTON_PIN, 1)
        rig.until(lambda: hub_value(hub, "hall", BUTTON) is False, "the release")
        assert hub_value(hub, "hall", RELAY) is True


def hub_value(hub: HubProcess, name: str, io: int) -> object:
    """The value at the hub."""
    return rig.value(hub.device(name) or {"ios": []}, io)


@pytest.mark.slow
def test_twenty_new_plugs_at_once(hub: HubProcess, tmp_path: Path) -> None:
    names = [f"plug {number}" for number in range(MANY)]
    with rig.started([rig.plug(tmp_path / name, hub.ports["discovery"]) for name in names]) as plugs:
        devices = [hub.joined(name, ALL_S) for name in names]
        assert len({device["guid"] for device in devices}) == MANY
        for plug, device in zip(plugs, devices, strict=True):
            assert hub.set(device["guid"], True).status_code == 200
            assert rig.relay(plug)
        assert all(device["online"] for device in hub.devices() if device["name"] in names)
        for plug in plugs:
            rig.untroubled(plug)
