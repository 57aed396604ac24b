"""A Sonoff Mini at its wall switch: a rocker and a push button, whatever else the plug is busy with."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests_host.system import hooks, rig, setups
from tests_host.system.rig import HubProcess
from twig.hardware import check
from twig.twin.air import Air, Network
from twig.twin.plug import Plug
from twig.twin.state import INPUT_HIGH, INPUT_LOW

PIN = 4
OPEN, CLOSED = INPUT_HIGH, INPUT_LOW
LIMIT_MS = 10.0  # the button's 5, the 2 for which a wall switch has to be steady, and another process between
QUIET_S = 0.5  # ten ticks: what a position could do at a boot, or what the bouncing hid, is done
DARK = Air(networks=[Network(ssid="home", up=False)])

pytestmark = pytest.mark.timeout(120)


@contextmanager
def mini(data: Path, port: int, **settings: str) -> Iterator[Plug]:
    """One without any network, in run mode, its switch open."""
    plug = rig.plug(data, port, model="mini", air=DARK)
    rig.flash_first(plug)
    rig.configure(plug, **settings)
    with plug:
        runs(plug)
        yield plug


def runs(plug: Plug) -> None:
    """It runs, and has set up its input."""
    rig.until(lambda: plug.show()["mode"] == "run" and plug.state.pin(PIN).trigger, "run mode")
    time.sleep(QUIET_S)


def turn(plug: Plug, level: int) -> bool:
    """Put the switch there; whether the relay is on once it has settled."""
    plug.state.set_input(PIN, level)
    time.sleep(QUIET_S)
    return rig.relay(plug)


def flip(plug: Plug, level: int) -> float:
    """Put the switch there; milliseconds until the relay's edge."""
    seen, begun = plug.state.edge_count, time.monotonic_ns()
    plug.state.set_input(PIN, level)
    edge = rig.until(lambda: next(rig.relay_edges(plug, seen), None), "the relay's edge", 5)
    time.sleep(rig.APART_S)
    return float(edge.ns - begun) / 1e6


def test_a_rocker_without_any_network(tmp_path: Path, free_port: Callable[[], int]) -> None:
    with mini(tmp_path / "mini", free_port()) as plug:
        assert not rig.relay(plug)
        seen = plug.state.edge_count
        times = [flip(plug, level) for level in (CLOSED, OPEN) * 3]
        print("flip to relay without network, ms:", [round(each, 3) for each in times])
        assert sorted(times)[len(times) // 2] <= LIMIT_MS
        assert len(list(rig.relay_edges(plug, seen))) == len(times)
        assert not rig.relay(plug)
        rig.press(plug)
        assert rig.relay(plug)
        flip(plug, CLOSED)
        assert not rig.relay(plug)
        rig.untroubled(plug)


@pytest.mark.parametrize(("kind", "wanted"), [("push", [True, True, False, False]), ("off", [False] * 4)])
def test_other_kinds(tmp_path: Path, free_port: Callable[[], int], kind: str, wanted: list[bool]) -> None:
    with mini(tmp_path / "mini", free_port(), switch=kind) as plug:
        assert [turn(plug, level) for level in (CLOSED, OPEN) * 2] == wanted
        rig.untroubled(plug)


@pytest.mark.parametrize("power_on", ["off", "on"])
def test_its_position_is_no_change_when_power_comes(
    tmp_path: Path, free_port: Callable[[], int], power_on: str
) -> None:
    on = power_on == "on"
    with mini(tmp_path / "mini", free_port(), power_on=power_on) as plug:
        assert rig.relay(plug) is on
        for level in (CLOSED, OPEN, CLOSED):  # moved while there is no power
            plug.power_cut()
            plug.state.set_input(PIN, level)
            plug.power_on()
            runs(plug)
            assert rig.relay(plug) is on
        flip(plug, OPEN)
        assert rig.relay(plug) is not on


def test_contacts_that_bounce(tmp_path: Path, free_port: Callable[[], int]) -> None:
    with mini(tmp_path / "mini", free_port()) as plug:
        for level, wanted in ((CLOSED, True), (OPEN, False)) * 3:
            for each in (level, 1 - level) * 4:
                plug.state.set_input(PIN, each)
                time.sleep(0.001)
            assert turn(plug, level) is wanted
        rig.untroubled(plug)


def test_in_a_call_that_waits_and_in_a_loop_that_hangs(tmp_path: Path, free_port: Callable[[], int]) -> None:
    """As the button: the relay obeys at once, and the watchdog's reset leaves it so."""
    with hooks.hooked(tmp_path / "mini", free_port(), model="mini") as plug:
        runs(plug)
        hooks.trigger(plug, hooks.SLEEP_PIN)
        rig.until(lambda: "sleeping in C" in rig.console(plug), "the call")
        hooks.trigger(plug, hooks.SLEEP_PIN, 0)
        times = [flip(plug, level) for level in (CLOSED, OPEN, CLOSED)]
        assert "slept" not in rig.console(plug), "the changes came too late to tell anything"
        rig.until(lambda: "slept" in rig.console(plug), "the end of the call")
        hooks.trigger(plug, hooks.LOOP_PIN)
        rig.until(lambda: "looping" in rig.console(plug), "the loop")
        hooks.trigger(plug, hooks.LOOP_PIN, 0)
        times += [flip(plug, level) for level in (OPEN, CLOSED)]
        assert plug.state.boots == 1, "the changes came too late to tell anything"
        print("flip to relay in a call and in a loop, ms:", [round(each, 3) for each in times])
        assert sorted(times)[len(times) // 2] <= LIMIT_MS
        assert rig.relay(plug)
        rig.until(lambda: plug.state.boots == 2, "the watchdog")
        runs(plug)
        assert rig.relay(plug)
        assert (plug.show()["watchdog"], plug.show()["resets"]) == (1, 1)


@pytest.mark.parametrize(("kind", "wanted"), [("push", True), ("toggle", False)])
def test_pressed_in_a_scan(tmp_path: Path, free_port: Callable[[], int], kind: str, wanted: bool) -> None:
    """No Python runs in it: a press has been, but a rocker that went to and fro is where it was."""
    plug = setups.made(tmp_path / "mini", free_port(), model="mini")
    rig.configure(plug, switch=kind)
    with plug:
        rig.until(lambda: plug.state.scans, "the scan")
        plug.state.set_input(PIN, CLOSED)
        time.sleep(rig.PRESS_S)
        plug.state.set_input(PIN, OPEN)
        assert not plug.state.access_point.on, "the press came too late to tell anything"
        assert not rig.relay(plug)
        rig.until(lambda: plug.state.access_point.on, "the end of the scan")
        time.sleep(QUIET_S)
        assert rig.relay(plug) is wanted
        assert turn(plug, CLOSED) is not wanted
        rig.untroubled(plug)


def test_the_hub_sees_it(tmp_path: Path, free_port: Callable[[], int]) -> None:
    with HubProcess(tmp_path / "hub", free_port()) as hub:
        plug = rig.plug(tmp_path / "hall", hub.ports["discovery"], model="mini")
        with plug:
            hub.joined("hall")
            for level, wanted in ((CLOSED, True), (OPEN, False)):
                plug.state.set_input(PIN, level)
                rig.until(lambda wanted=wanted: seen(hub) == [wanted, wanted], "the hub's knowledge")
            assert hub.set((hub.device("hall") or {})["guid"], True).status_code == 200
            rig.until(lambda: seen(hub) == [True, False], "the relay alone")
            rig.untroubled(plug)


def seen(hub: HubProcess) -> list[object]:
    """What the hub knows of relay and switch."""
    device = hub.device("hall") or {"ios": []}
    return [rig.value(device, io) for io in (rig.RELAY, rig.SWITCH)]


def test_an_s26_has_nothing_of_it(tmp_path: Path, free_port: Callable[[], int]) -> None:
    """Neither the input nor the setting, which is no reason not to boot."""
    assert not check.board("s26").inputs
    plug = rig.plug(tmp_path / "plug", free_port(), air=DARK)
    rig.flash_first(plug)
    rig.configure(plug, switch="push")
    with plug:
        rig.until(lambda: plug.show()["mode"] == "run", "run mode")
        assert not plug.state.pin(PIN).trigger
        rig.press(plug)
        assert rig.relay(plug)
        rig.untroubled(plug)
