"""Settings that come from the hub: read, refused by name, stored, tried, kept and taken back."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests_host.system import rig
from tests_host.system.rig import HubProcess
from tests_host.system.setups import stored
from twig.twin.air import Air, Network
from twig.twin.plug import Plug

pytestmark = pytest.mark.timeout(400)
TRIAL_S = 180.0
LATE_S = 60.0  # after the trial: Wi-Fi and hub are found anew
HOME = Network(ssid="home", password="secret12")
OPEN = Network(ssid="open", rssi=-60)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """One hub for the module."""
    with HubProcess(tmp_path_factory.mktemp("setconfig") / "hub", rig.free_port()) as running:
        yield running


def plug_at(hub: HubProcess, data: Path, **more: Any) -> Plug:
    """A plug that is told its hub and hears none."""
    return rig.plug(data, rig.free_port(), hub=f"127.0.0.1:{hub.ports['device']}", **more)


def patch(hub: HubProcess, device: str, /, **settings: Any) -> Any:
    """PATCH the configuration of a device; the answer."""
    return hub.http.patch(f"/devices/{hub.joined(device)['guid']}/config", json=settings)


def test_read_refused_and_stored(hub: HubProcess, tmp_path: Path) -> None:
    with plug_at(hub, tmp_path / "plain") as plug:
        guid = hub.joined("plain")["guid"]
        before = hub.http.get(f"/devices/{guid}/config").json()
        assert before["wifi"] == [{"ssid": "home", "password": "***"}]
        for wrong, status, named in (
            ({"nmae": "x"}, 422, "nmae"),
            ({"name": "x", "hub": {"port": 0}}, 422, "hub.port"),
            ({"name": "x", "ap_key": "12345678"}, 502, "keyed"),
            ({"name": "😀" * 400}, 422, "bytes longer"),
            ({"name": "😀" * 17}, 422, "name"),
        ):
            answer = patch(hub, "plain", **wrong)
            assert (answer.status_code, named in answer.json()["detail"]) == (status, True), answer.text
        assert hub.http.get(f"/devices/{guid}/config").json() == before
        assert patch(hub, "plain", name="Büro 😀", power_on="last", wifi=before["wifi"]).status_code == 202
        after = hub.http.get(f"/devices/{guid}/config").json()
        assert after == {**before, "name": "Büro 😀", "power_on": "last"}
        assert rig.press(plug) < rig.SOON_MS
        rig.untroubled(plug)
        assert stored(plug)["wifi"] == [{"ssid": "home", "password": "secret12"}]


@pytest.mark.slow
def test_a_second_hub_that_accepts_is_kept(hub: HubProcess, tmp_path: Path) -> None:
    with (
        HubProcess(tmp_path / "second", rig.free_port()) as second,
        plug_at(hub, tmp_path / "mover") as plug,
    ):
        assert patch(hub, "mover", hub={"port": second.ports["device"]}).status_code == 202
        second.joined("mover")
        rig.until(lambda: stored(plug).get("hub", {}).get("port") == second.ports["device"], "the new hub")
        rig.until(lambda: "config.try" not in plug.files(), "the end of the trial")
        assert second.set(second.joined("mover")["guid"], True).status_code == 200
        rig.untroubled(plug)
        plug.power_cut()
        plug.power_on()
        second.offline("mover")
        second.joined("mover")


@pytest.mark.slow
def test_an_open_network_that_exists_is_kept(hub: HubProcess, tmp_path: Path) -> None:
    with plug_at(hub, tmp_path / "nomad", air=Air(networks=[HOME, OPEN])) as plug:
        assert patch(hub, "nomad", wifi=[{"ssid": "open"}]).status_code == 202
        rig.until(lambda: plug.state.station_ssid == "open", "the other network")
        rig.until(lambda: stored(plug).get("wifi") == [{"ssid": "open"}], "the new configuration")
        hub.joined("nomad")
        rig.untroubled(plug)


@pytest.mark.slow
def test_a_trial_that_a_power_cut_ends_has_failed(hub: HubProcess, tmp_path: Path) -> None:
    with plug_at(hub, tmp_path / "cut", air=Air(networks=[HOME])) as plug:
        assert patch(hub, "cut", wifi=[{"ssid": "nowhere"}]).status_code == 202
        rig.until(lambda: plug.state.station_ssid == "nowhere", "the trial")
        assert rig.press(plug) < rig.SOON_MS
        plug.power_cut()
        plug.power_on()
        rig.until(lambda: "taken back" in hub.log(), "the log report")
        hub.joined("cut")
        rig.until(lambda: "config.try" not in plug.files(), "the end of the trial")
        assert stored(plug)["wifi"] == [{"ssid": "home", "password": "secret12"}]


@pytest.mark.proof
@pytest.mark.parametrize("what", ["hub", "wifi"])
def test_what_leads_nowhere_is_taken_back_after_three_minutes(
    hub: HubProcess, tmp_path: Path, what: str
) -> None:
    settings: dict[str, Any] = {"hub": {"port": rig.free_port()}, "wifi": [{"ssid": "nowhere"}]}
    with plug_at(hub, tmp_path / what, air=Air(networks=[HOME])) as plug:
        before = stored(plug)
        begun = time.monotonic()
        assert patch(hub, what, **{what: settings[what]}).status_code == 202
        hub.offline(what)
        assert rig.press(plug) < rig.SOON_MS
        told = hub.log().count("taken back")
        rig.until(lambda: hub.log().count("taken back") > told, "the log report", TRIAL_S + LATE_S)
        assert time.monotonic() - begun > TRIAL_S
        hub.joined(what)
        assert stored(plug) == before
        assert "config.try" not in plug.files()
        rig.untroubled(plug)


FEW = 4  # cuts in every run of the tests; all of them in a proof


@pytest.mark.slow
@pytest.mark.parametrize(
    "cuts", [pytest.param(FEW, id="few"), pytest.param(0, marks=pytest.mark.proof, id="all")]
)
@pytest.mark.parametrize("what", ["name", "development"])
def test_power_cut_at_every_flash_operation_of_a_setconfig(
    hub: HubProcess, tmp_path: Path, cuts: int, what: str
) -> None:
    """A name is stored at once; `development` is tried and, as the hub accepts, kept."""
    name = f"{what} {cuts}"
    new: dict[str, Any] = {"name": {"name": f"{name} new"}, "development": {"development": True}}[what]
    plug = plug_at(hub, tmp_path / "plug", name=name, air=Air(networks=[HOME]))
    plug.options.data.mkdir(exist_ok=True)
    with plug:
        guid = hub.joined(name)["guid"]
        rig.until(lambda: (hub.device(name) or {}).get("status"), "the status")
        begun = plug.state.flash_ops
        before = stored(plug)
        assert hub.http.patch(f"/devices/{guid}/config", json=new).status_code == 202
        rig.until(lambda: stored(plug) == {**before, **new}, "the new configuration")
        count = plug.state.flash_ops - begun
        old = json.dumps(before).encode()
        print(f"{what}: {count} flash operations")
        for at in range(1, count + 1, max(count // cuts, 1) if cuts else 1):
            plug.stop()
            plug.write_file("config.json", old)
            for left in ("config.old", "config.try", "config.try.new", "config.json.new", "cycles"):
                if left in plug.files():
                    plug.write_file(left, None)
            plug.start()
            joins_again(hub, guid, f"the plug before cut {at}")
            time.sleep(1.5)  # its status is out, and nothing else is to be written
            goal = plug.state.cut_at = plug.state.flash_ops + at
            hub.http.patch(f"/devices/{guid}/config", json=new)
            rig.until(
                lambda goal=goal: plug.state.flash_ops >= goal or stored(plug) == {**before, **new}, "the cut"
            )
            plug.state.cut_at = 0
            plug.power_cut()
            plug.power_on()
            joins_again(hub, guid, f"the plug after cut {at} of {count}")
            assert stored(plug) in (before, {**before, **new}), f"cut {at} of {count}"


def joins_again(hub: HubProcess, guid: str, what: str) -> None:
    """Wait until it has registered once more: the hub may not have noticed yet that it was gone."""
    since = time.time() * 1000
    rig.until(lambda: (found := one(hub, guid))["online"] and found["joined_ms"] >= since, what)


def one(hub: HubProcess, guid: str) -> rig.Device:
    """The device, whatever its name is now."""
    found: rig.Device = hub.http.get(f"/devices/{guid}").json()
    return found
