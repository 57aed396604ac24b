"""What the button of a real plug tells: shown by the LED while it is held, done at its release."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests_host.system import rig
from tests_host.system.rig import HubProcess
from twig.twin.plug import Plug

pytestmark = [pytest.mark.timeout(180), pytest.mark.slow]
# Seconds since the press, late in each zone -> what the LED shows.
ZONES_S = {
    1.5: None,
    4.7: "hold_report",
    9.5: "hold_setup",
    14.5: "hold_reset",
    19.5: "hold_rescue",
    24.0: "off",
}
SOON_S = 10.0
PAIR_S = 0.25  # between two presses and within each
RESCUE = b"print('rescued')\ndef main():\n    import time\n    time.sleep(60)\n"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """One hub for the module."""
    with HubProcess(tmp_path_factory.mktemp("gestures") / "hub", rig.free_port()) as running:
        yield running


@pytest.fixture
def plug(tmp_path: Path) -> Iterator[Plug]:
    """A plug without a hub in its event loop."""
    with rig.plug(tmp_path / "plug", rig.free_port()) as running:
        ready(running)
        yield running


def ready(plug: Plug) -> None:
    rig.until(lambda: plug.show()["led"] == "no_server", "its event loop")


def hold(plug: Plug, seconds: float) -> None:
    """Press for that long: the relay toggles at once, and nothing else happens before the release."""
    before = rig.relay(plug)
    plug.state.set_input(rig.BUTTON_PIN, 0)
    rig.until(lambda: rig.relay(plug) is not before, "the toggle", 1)
    time.sleep(seconds)
    assert "button:" not in rig.console(plug)
    assert plug.state.boots == 1
    plug.state.set_input(rig.BUTTON_PIN, 1)


def done(plug: Plug, what: str) -> None:
    rig.until(lambda: f"button: {what}" in rig.console(plug), what, SOON_S)


def test_the_led_shows_where_the_finger_is_and_too_long_does_nothing(plug: Plug) -> None:
    begun = time.monotonic()
    plug.state.set_input(rig.BUTTON_PIN, 0)
    for until, expected in ZONES_S.items():
        time.sleep(max(0, begun + until - time.monotonic()))
        assert plug.show()["led"] == (expected or "no_server"), f"after {until} s"
    plug.state.set_input(rig.BUTTON_PIN, 1)
    ready(plug)
    assert "button:" not in rig.console(plug)
    assert rig.relay(plug)
    rig.untroubled(plug)


def test_report(hub: HubProcess, tmp_path: Path) -> None:
    with rig.plug(tmp_path / "reporter", hub.ports["discovery"]) as plug:
        hub.joined("reporter")
        rig.until(lambda: (hub.device("reporter") or {})["status_ms"], "the first status")
        first = hub.device("reporter")
        assert first
        hold(plug, 2.5)
        done(plug, "report")
        told_ms = first["status_ms"]
        rig.until(lambda: (hub.device("reporter") or first)["status_ms"] > told_ms, "the report", 3)
        values = [io["value_ms"] for io in (hub.device("reporter") or first)["ios"]]
        assert min(values) > max(io["value_ms"] for io in first["ios"])
        rig.untroubled(plug)


def test_setup(plug: Plug) -> None:
    hold(plug, 6)
    done(plug, "setup")
    assert "config.json" in plug.files()


def test_factory_reset(plug: Plug) -> None:
    assert plug.state.station_ssid == "home"
    hold(plug, 11)
    done(plug, "factory reset")
    rig.until(lambda: plug.state.boots == 2 and plug.show()["mode"] != "boot", "the reset", SOON_S)
    assert rig.relay(plug), "the relay stays as it was"
    assert plug.state.station_ssid == ""
    assert not {"config.json", "config.old", "ident", "history", "wipe"} & plug.files().keys()
    assert plug.show()["crashes"] == 0


def test_rescue(tmp_path: Path) -> None:
    plug = rig.plug(tmp_path / "plug", rig.free_port())
    rig.flash_first(plug, rescue_py=RESCUE)
    with plug:
        ready(plug)
        hold(plug, 16)
        rig.until(lambda: "rescued" in rig.console(plug), "rescue", SOON_S)
        assert plug.state.boots == 2


def test_no_rescue_on_this_plug(plug: Plug) -> None:
    hold(plug, 16)
    rig.until(lambda: "no rescue on this plug" in rig.console(plug), "the refusal", SOON_S)
    rig.until(lambda: plug.show()["led"] == "error", "the pattern of an error", 3)
    ready(plug)
    rig.untroubled(plug)


def test_two_presses_show_the_plug_at_the_hub(hub: HubProcess, tmp_path: Path) -> None:
    with rig.plug(tmp_path / "here", hub.ports["discovery"]) as plug:
        guid = hub.joined("here")["guid"]
        rig.until(lambda: plug.show()["led"] == "off", "its LED at rest")
        with hub.http.stream("GET", "/events") as stream:
            lines = stream.iter_lines()
            next(lines)
            for _ in range(2):
                plug.press(PAIR_S)
                time.sleep(PAIR_S)
            said = next(line for line in lines if line == "event: identify")
            assert said
            assert json.loads(next(lines).removeprefix("data: "))["guid"] == guid
        found = hub.device("here")
        assert found
        assert found["identified_ms"] > 0
        assert rig.value(found, rig.IDENTIFY) == 1
        page = hub.http.get(f"{hub.url}/devices/{guid}").text
        assert "identifies itself" in page
        rig.until(lambda: plug.show()["led"] == "identify", "the plug's own pattern", 3)
        assert not rig.relay(plug)
        rig.until(lambda: plug.show()["led"] == "off", "the end of it")
        rig.untroubled(plug)


BLIND = """
import sys, network
import {run}
pressed = []
button = {run}.{Button}(16, 0, 0, lambda: pressed.append(1))
station = network.WLAN(network.STA_IF)
station.active(True)
def scan(blind):
    if blind:
        button.{blind}(True)
    print("scanning")
    station.scan()
    if blind:
        button.{blind}(False)
    print("PRESSES", len(pressed), button.{presses})
scan({aware})
import time
time.sleep(60)
"""


@pytest.mark.parametrize(("aware", "presses"), [(True, 1), (False, 0)])
def test_a_press_within_a_scan(tmp_path: Path, aware: bool, presses: int) -> None:
    """Without `blind` it would be lost: the test would else prove nothing."""
    plug = rig.plug(tmp_path / "plug", rig.free_port())
    names = rig.flash_first(plug)
    renamed = {name: names.get(name, name) for name in ("Button", "blind", "presses")}
    main = BLIND.format(run="run", aware=aware, **renamed).encode()
    plug.write_file("main.py", main)
    with plug:
        rig.until(lambda: "scanning" in rig.console(plug), "the scan")
        time.sleep(0.5)
        plug.press(0.3)
        rig.until(lambda: "PRESSES" in rig.console(plug), "the end of the scan")
        assert f"PRESSES {presses} {presses}" in rig.console(plug)
