"""Why setup mode opens, who may then do what, and how it ends."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from firmware.modes.reasons import BUTTON
from tests_host.system import hooks, rig, setups
from tests_host.system.phone import Phone
from tests_host.system.setups import AIR, HOME
from twig.twin.air import Air
from twig.twin.plug import Plug

pytestmark = [pytest.mark.timeout(180), pytest.mark.slow]
HELD_S = 5.5  # early in the zone of setup mode
WIFI = [{"ssid": HOME.ssid, "password": HOME.password}]
WINDOW_S = 3
# Of five minutes without Wi-Fi, and three with the access point.
FALLBACK = {
    **setups.QUICK,
    "firmware.modes.serve.WITHOUT_WIFI_MS": 1500,
    "firmware.portal.portal.WINDOWS_S": (0, 0, 600, 600, WINDOW_S),
    "firmware.portal.portal.USED_S": 1,
}
CYCLES = 3
MODE, SHIFT = 5, 4  # of firmware/record.py and firmware/modes/why.py, which need a chip
CYCLE_S = 30.0
LEAK_MAX = 256  # bytes; what one cycle more may take: pools of names grow for the first times
SETTLED_S = 7.0  # two collections of setup mode, one each 3 s
LONG_S = 8.0  # of power: no part of the gesture
EMPTY = Air(networks=[])


def running(plug: Plug) -> None:
    """Wait for the event loop of run mode."""
    rig.until(lambda: plug.show()["mode"] == "run" and plug.show()["led"] != "boot", "run mode")


def hold(plug: Plug, seconds: float = HELD_S) -> None:
    """The setup gesture: the relay toggles at once, too."""
    before = rig.relay(plug)
    plug.press(seconds)
    assert rig.relay(plug) is not before


def on(plug: Plug) -> bool:
    """Whether its access point is on in setup mode; the chip's own is on for a moment at each start."""
    return plug.state.access_point.on and plug.show()["mode"] == "setup"


def test_the_gesture(tmp_path: Path) -> None:
    """Settings stay, the network is open for ten minutes and closes when a network was joined."""
    plug = setups.made(tmp_path / "plug", setup=False)
    with plug:
        plug.state.phones = 1
        running(plug)
        before = plug.files()["config.json"]
        hold(plug)
        phone = setups.opened(plug)
        assert plug.state.access_point.password == ""
        assert plug.files()["config.json"] == before
        state, about = phone.state(), phone.about()
        assert (about["reason"], about["config"]["wifi"]) == ("button", [{"ssid": "home", "password": "***"}])
        assert 580 < state["left"] <= 600 and not state["locked"]
        assert rig.relay(plug), "the relay did not stay as the gesture's press had left it"
        assert phone.post("/save", setups.join("far", setups.FAR.password)) == (200, {"ok": True})
        assert phone.trial()["state"] == "connected"
        setups.closed(plug)
        running(plug)
        assert [each["ssid"] for each in setups.stored(plug)["wifi"]] == ["far", "home"]
        assert rig.relay(plug)
        assert (plug.state.boots, plug.show()["crashes"]) == (2, 0), rig.console(plug)


@contextmanager
def lost(tmp_path: Path, changes: dict[str, Any] = FALLBACK, **settings: Any) -> Iterator[Plug]:
    """A plug with settings, whose Wi-Fi is not in the air."""
    plug = setups.made(tmp_path / "plug", changes=changes, setup=False)
    plug.options = replace(plug.options, air=EMPTY)
    rig.configure(plug, **{"wifi": WIFI, **settings})
    with plug:
        plug.state.phones = 1
        yield plug


def opens(plug: Plug) -> Phone:
    rig.until(lambda: on(plug), "the fallback access point", CYCLE_S)
    return setups.opened(plug)


def at_rest(plug: Plug, phone: Phone) -> int:
    """Bytes free after collections, the most of SETTLED_S: one may come in the middle of an answer."""
    found, end = [], time.monotonic() + SETTLED_S
    while time.monotonic() < end:
        found.append(plug.state.heap.free)
        phone.state()  # so that the access point stays open
        time.sleep(0.2)
    return max(found)


def test_without_wifi_it_opens_closes_and_opens_again(tmp_path: Path) -> None:
    """For ever: the heap stays, nothing resets, the relay does not move."""
    with lost(tmp_path) as plug:
        running(plug)
        rig.press(plug)
        edges = len(list(rig.relay_edges(plug)))
        free = []
        for _ in range(CYCLES):
            phone = opens(plug)
            assert plug.state.access_point.password == HOME.password
            assert phone.state()["left"] <= WINDOW_S
            free.append(at_rest(plug, phone))
            setups.closed(plug)
            running(plug)
        print("heap free in setup mode, bytes:", free)
        assert min(free[1:]) >= free[0] - LEAK_MAX
        assert len(list(rig.relay_edges(plug))) == edges and rig.relay(plug)
        assert rig.press(plug) < rig.SOON_MS
        plug._change_air(AIR)
        rig.until(lambda: plug.show()["wifi"]["status"] == "connected", "its Wi-Fi", CYCLE_S)
        assert plug.state.scans == 0, "a scan holds the button back"
        rig.untroubled(plug)


def test_a_fallback_access_point_is_locked_until_a_press(tmp_path: Path) -> None:
    """Whoever knows its key may look; `left` grows by what is asked."""
    changes = {**FALLBACK, "firmware.portal.portal.WINDOWS_S": (0, 0, 600, 600, 30)}
    with lost(tmp_path, changes, ap_key="key of my own") as plug:
        phone = opens(plug)
        assert plug.state.access_point.password == "key of my own"
        assert phone.state()["locked"] and phone.about()["reason"] == "fallback"
        assert not phone.about()["can_scan"] and phone.value("/networks") == []
        before = plug.files()["config.json"]
        for path in ("/save", "/scan"):
            answer = phone.post(path, {"settings": {"name": "stolen"}})
            assert answer == (403, {"code": "locked"}), rig.console(plug)
        assert plug.files()["config.json"] == before
        rig.press(plug)
        rig.until(lambda: not phone.state()["locked"], "the unlocking")
        assert phone.post("/save", {"settings": {"name": "mine"}}) == (200, {"ok": True}), rig.console(plug)
        assert setups.stored(plug)["name"] == "mine"
        rig.untroubled(plug)


@pytest.mark.parametrize(
    "wifi",
    [
        pytest.param([{"ssid": "home"}], id="open"),
        pytest.param([{"ssid": "home", "password": "ab" * 32}], id="key", marks=pytest.mark.proof),
    ],
)
def test_no_key_no_access_point(tmp_path: Path, wifi: list[dict[str, str]]) -> None:
    with lost(tmp_path, wifi=wifi) as plug:
        rig.until(lambda: "no access point: it has no password" in rig.console(plug), "the refusal", CYCLE_S)
        assert not plug.state.access_point.on
        rig.press(plug)
        rig.untroubled(plug)


def test_six_short_power_cycles(tmp_path: Path) -> None:
    plug = setups.made(tmp_path / "plug", setup=False)
    with plug:
        before = json.loads(plug.files()["config.json"])
        for count in range(1, 6):
            running(plug)
            assert not plug.state.access_point.on, f"after {count} of them"
            plug.power_cut()
            plug.power_on()
            plug.state.phones = 1
        phone = setups.opened(plug)
        assert plug.state.access_point == (plug.state.access_point.ssid, HOME.password, True)
        assert (phone.about()["reason"], phone.state()["locked"]) == ("power", False)
        assert setups.stored(plug) == before
        assert "cycles" not in plug.files()


@pytest.mark.proof
def test_five_and_a_long_one_are_none(tmp_path: Path) -> None:
    plug = setups.made(tmp_path / "plug", setup=False)
    plug.write_file("cycles", b"\x04")
    with plug:
        running(plug)
        rig.until(lambda: plug.state.uptime_s > LONG_S, "a long time")
        rig.until(lambda: "cycles" not in plug.files(), "the end of the count", 5)
        plug.power_cut()
        plug.power_on()
        running(plug)
        assert plug.files()["cycles"] == b"\x01"


# As after the setup gesture; then it raises within the event loop.
CRASH = hooks.in_loop(f"""
import machine, record
if machine.reset_cause() == machine.PWRON_RESET:
    record.raw[{MODE}] = {BUTTON << SHIFT}
def act(level):
    if level:
        raise RuntimeError("bad library")
""")


def test_a_crash_leaves_no_open_access_point(tmp_path: Path) -> None:
    plug = setups.made(tmp_path / "plug", setup=False)
    plug.write_file("main.py", CRASH)
    with plug:
        plug.state.phones = 1
        phone = setups.opened(plug)
        assert (phone.about()["reason"], plug.state.access_point.password) == ("button", "")
        rig.press(plug)
        hooks.trigger(plug, hooks.CRASH_PIN)
        rig.until(lambda: plug.state.boots == 2, "the reset")
        hooks.trigger(plug, hooks.CRASH_PIN, 0)
        running(plug)
        assert not plug.state.access_point.on
        assert rig.relay(plug)
        assert (plug.state.boots, plug.show()["crashes"]) == (2, 1), rig.console(plug)
