"""Every board: set up by its access point, joined, each of its relays switched, by the hub and the button."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests_host.system import device_page, quick, rig, setups
from tests_host.system.phone import Phone, free_base
from tests_host.system.rig import HubProcess
from twig.hardware import check
from twig.release import sources
from twig.twin import serial
from twig.twin.plug import Plug, PlugError
from twig.twin.state import EDGE_OUTPUT

pytestmark = [pytest.mark.timeout(180), pytest.mark.slow]
WIFI = [{"ssid": setups.HOME.ssid, "password": setups.HOME.password}]
GROUP = {"firmware.board.this.RELAYS": ((12, 1), (4, 1), (5, 1)), "firmware.board.this.GROUPS": ((1, 2),)}
PINS = (12, 4, 5)
PAUSE_MS = 20  # of firmware/drivers/group.py


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """One hub for the module."""
    with HubProcess(tmp_path_factory.mktemp("boards") / "hub", rig.free_port()) as running:
        yield running


@pytest.mark.parametrize("name", sources.boards())
def test_a_board_is_set_up_and_switched(name: str, hub: HubProcess, tmp_path: Path) -> None:
    options = {"model": name, "setup": True, "port_base": free_base(), "air": setups.AIR}
    with rig.plug(tmp_path / name, hub.ports["discovery"], **options) as plug:
        about = setups.opened(plug).about()
        assert (about["model"], about["reason"]) == (name, "new")
        plug.power_cut()
        rig.configure(plug, wifi=WIFI)
        plug.power_on()
        device = hub.joined(name)
        assert device["model"] == name
        assert [io["id"] for io in device["ios"]] == ids(name)
        for number in range(1, len(check.board(name).relays) + 1):
            for wanted in (True, False, True):
                assert hub.set(device["guid"], wanted, number).status_code == 200
                assert plug.show()["pins"]["relay" if number == 1 else f"relay{number}"] is wanted
        if check.board(name).button:
            pressed(plug, hub, name)
        shown = plug.show()
        assert (shown["mode"], shown["crashes"], shown["boots"]) == ("run", 0, 2), rig.console(plug)


def pressed(plug: Plug, hub: HubProcess, name: str) -> None:
    """Switches the first relay, which is on, alone; the hub learns of it."""
    others = {
        pin: on for pin, on in plug.show()["pins"].items() if pin.startswith("relay") and pin != "relay"
    }
    plug.press()
    rig.until(lambda: not plug.show()["pins"]["relay"], "the relay of the button")
    rig.until(lambda: rig.value(hub.joined(name), 1) is False, "the hub's knowledge")
    assert others.items() <= plug.show()["pins"].items()


def ids(name: str) -> list[int]:
    """The IOs of a board; a button also says who is who, and each input is one."""
    board = check.board(name)
    own = (rig.BUTTON, rig.IDENTIFY) if board.button else ()
    return [*range(1, len(board.relays) + 1), *own, *range(rig.SWITCH, rig.SWITCH + len(board.inputs))]


def test_a_board_without_a_button(hub: HubProcess, tmp_path: Path) -> None:
    """Its frames go out at its rate; a reset keeps the relay; power cycles alone open setup mode again."""
    options = {"model": "esp01_relay", "air": setups.AIR, "port_base": free_base()}
    with rig.plug(tmp_path / "alone", hub.ports["discovery"], **options) as plug:
        device = hub.joined("alone")
        assert (plug.state.uart(), plug.state.uart_baud) == (bytes.fromhex("a00100a1"), 9600)
        assert hub.set(device["guid"], True).status_code == 200
        assert plug.state.uart(4) == bytes.fromhex("a00101a2")
        with pytest.raises(PlugError, match="has no button"):
            plug.press()
        os.kill(plug.state.pid, signal.SIGKILL)  # an exception of the chip: RTC memory stays
        rig.until(lambda: len(plug.state.uart()) == 12, "the frame after the reset")
        assert serial.frames(plug.state.uart()) == [(1, False), (1, True), (1, True)]
        assert not [edge for edge in plug.state.edges() if edge.kind == EDGE_OUTPUT]
        plug.power_cut()
        plug.write_file("cycles", setups.FIVE_CYCLES)
        plug.state.phones = 1
        plug.power_on()
        phone = Phone(plug)
        phone.ready()
        assert phone.about()["reason"] == "power"


def test_eight_relays_stay_over_the_resets_of_an_esp32(hub: HubProcess, tmp_path: Path) -> None:
    """Its orderly resets have the cause of an exception; only the exception is told."""
    options = {"model": "esp32_relay_x8", "air": setups.AIR}
    plug = device_page.plug(tmp_path / "eight", hub.ports["discovery"], base := free_base(), **options)
    with plug:
        device = hub.joined("eight")
        for number in (2, 7):
            assert hub.set(device["guid"], True, number).status_code == 200
        before = plug.show()["pins"]
        ask(base, "/restart", {})
        rig.until(lambda: plug.state.boots == 2, "the restart")
        hub.joined("eight")
        os.kill(plug.state.pid, signal.SIGKILL)
        rig.until(lambda: plug.state.boots == 3, "the boot after the exception")
        hub.joined("eight")
        assert plug.show()["pins"] == before | {"led": plug.show()["pins"]["led"]}
        resets = ask(base, "/about")["resets"]
        assert resets == [{"cause": "crash", "text": "reset by cause 2", "boot": 3}], rig.console(plug)


def ask(base: int, path: str, content: device_page.Json | None = None) -> device_page.Json:
    """What the plug's page says to somebody who has logged in."""
    visitor = device_page.Visitor(base)
    assert visitor.login().status_code == 200
    answer = visitor.ask(path, content)
    assert answer.status_code == 200, answer.text
    found: device_page.Json = answer.json()
    return found


def test_relays_of_a_group(hub: HubProcess, tmp_path: Path) -> None:
    """By the hub and by the button: the one that is on goes off before the other goes on."""
    plug = rig.plug(tmp_path / "blind", hub.ports["discovery"], air=setups.AIR)
    quick.flash_first(plug, GROUP)
    rig.configure(plug, power_on="on")
    with plug:
        device = hub.joined("blind")
        assert levels(plug) == [1, 0, 1]
        assert hub.set(device["guid"], True, 2).status_code == 200
        assert levels(plug) == [0, 1, 1]
        rig.until(lambda: not hub_value(hub, 1), "the hub's knowledge of the other one")
        rig.press(plug)
        rig.until(lambda: levels(plug) == [1, 0, 1], "the relay of the button")
        rig.until(lambda: hub_value(hub, 1) and not hub_value(hub, 2), "the hub's knowledge")
        apart(plug)
        rig.untroubled(plug)


def hub_value(hub: HubProcess, io: int) -> object:
    """What the hub knows."""
    return rig.value(hub.device("blind") or {"ios": []}, io)


def levels(plug: Plug) -> list[int]:
    """Of the three relays."""
    return [plug.state.pin(pin).level for pin in PINS]


def apart(plug: Plug) -> None:
    """At no edge were both of the group on, and each waited for the other's contacts."""
    level = dict.fromkeys(PINS[:2], 0)
    off_ns = 0
    for edge in plug.state.edges():
        if edge.pin in level and edge.level != level[edge.pin]:
            level[edge.pin] = edge.level
            assert sum(level.values()) <= 1, edge
            assert not edge.level or edge.ns - off_ns >= PAUSE_MS * 1e6
            off_ns = edge.ns if not edge.level else off_ns
