"""`twig deploy`: mpremote against the twin's own prompt, on the serial line of a plug that runs Twig."""

import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests_host.board.command import Run, refused, within
from tests_host.system import quick, rig
from tests_host.system.rig import HubProcess
from twig.release import flash, image
from twig.twin.line import Line
from twig.twin.plug import Plug

pytestmark = [pytest.mark.timeout(180), pytest.mark.slow]
OLDER = {"firmware.version.VERSION": "0.0.9"}
QUIET_S = 3.0  # longer than the chip's watchdog waits


@pytest.fixture
def twig(tmp_path: Path) -> Run:
    """Runs `twig ARGS` in an empty folder."""
    return within(tmp_path)


@pytest.fixture
def line() -> Iterator[Line]:
    """The adapter."""
    made = Line()
    yield made
    made.close()


def made(data: Path, line: Line, port: int, development: bool) -> Plug:
    """A plug with an older slot at the end of that line; not started."""
    plug = rig.plug(data, port, line=line)
    quick.flash_first(plug, OLDER)
    rig.configure(plug, name="bench", development=development)
    return plug


def test_an_older_plug_is_deployed_to_and_joins_again(twig, line, tmp_path):
    with HubProcess(tmp_path / "hub", rig.free_port()) as hub:
        plug = made(tmp_path / "plug", line, hub.ports["discovery"], True)
        with rig.started([plug]):
            device = hub.joined("bench")
            assert device["firmware"] == "0.0.9"
            assert hub.set(device["guid"], True).status_code == 200
            done = twig("deploy", "--port", line.port)
            assert (done.code, done.err) == (0, ""), (done, rig.console(plug))
            assert "Writing slot_a (" in done.out
            rig.until(lambda: hub.joined("bench")["firmware"] != "0.0.9", "the new version")
            assert rig.relay(plug)
            again = twig("deploy", "--port", line.port)
            assert "Nothing has changed." in again.out
            hub.joined("bench")
            assert rig.relay(plug)
            shown = plug.show()
            counts = [shown[name] for name in ("boots", "resets", "crashes", "watchdog")]
            assert counts == [3, 2, 0, 0], rig.console(plug)
        held = flash.read_files(plug.data / "flash.bin")
        built = image.build("s26").files
        assert {name: held[name] for name in built} == built
        assert not [name for name in held if name.endswith(".new")]


def test_the_prompt_is_no_place_for_a_watchdog_and_the_relay_stays(line, tmp_path):
    plug = made(tmp_path / "plug", line, rig.free_port(), True)
    with rig.started([plug]):
        rig.until(lambda: "for development" in rig.console(plug), "its start")
        rig.press(plug)
        assert rig.relay(plug)
        with open(line.port, "wb", buffering=0) as port:
            port.write(b"\x03")
        rig.until(lambda: "MicroPython" in rig.console(plug), "the prompt")
        time.sleep(9.0)  # what would end it: the guard after 8 s
        rig.press(plug)
        assert not rig.relay(plug)
        assert plug.show()["boots"] == 1


def test_control_c_costs_a_plug_nothing(twig, line, tmp_path):
    plug = made(tmp_path / "plug", line, rig.free_port(), False)
    with rig.started([plug]):
        rig.until(lambda: plug.state.memory.wdt_armed, "run mode")
        rig.press(plug)
        with open(line.port, "wb", buffering=0) as port:
            for _ in range(100):
                port.write(b"\x03\x04\x01")
                time.sleep(0.01)
        refused(twig("deploy", "--port", line.port), "development mode", "docs/contributing.md")
        time.sleep(QUIET_S)
        assert rig.relay(plug)
        rig.untroubled(plug)


def test_nothing_at_the_other_end(twig, line):
    refused(twig("deploy", "--port", line.port), "Nothing answers", "TX and RX")


def test_a_busy_port(twig, line):
    with open(line.port, "rb", buffering=0) as port:
        fcntl.flock(port, fcntl.LOCK_EX)
        refused(twig("deploy", "--port", line.port), "in use by another program")


def test_no_such_port(twig):
    refused(twig("deploy", "--port", os.devnull + "None"), "cannot be opened")
