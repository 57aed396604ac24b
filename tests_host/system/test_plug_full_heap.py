"""A heap that is full for some seconds: what needs memory fails or waits; relay and mode go on."""

import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests_host.system import device_page, hooks, phone, quick, rig, setups
from tests_host.system.phone import Phone
from tests_host.system.rig import HubProcess
from twig.twin.plug import Plug

pytestmark = [pytest.mark.timeout(180), pytest.mark.slow]
PIECE = 256  # bytes: no room of that size is left; small objects still find some
SHORT_S, GOOD_S = 8, 10  # at which seconds of its life a mode loads something by itself
HEAP = device_page.HEAP + device_page.HOOKS
HELD_S = 2.5  # in the zone of the report
ASK_S = 1.0
SOON_S = 10.0
MAIN = hooks.in_loop(f"""
taken = []
def act(level):
    if level:
        if not taken:
            print("full")
        try:
            while True:
                taken.append(bytearray({PIECE}))
        except MemoryError:
            pass
    elif taken:
        taken.clear()
        print("empty")
""")


# Room for small objects only, such as an exception, none for its text.
TEXT = b"""
import time
def full(taken, empty, size):
    at = 0
    while size > 8:
        try:
            while True:
                taken[at] = bytearray(size)
                at += 1
        except MemoryError:
            size //= 2
    for each in range(at - 8, at, 2):
        taken[each] = None
    try:
        empty.pop()
    except IndexError as error:
        print(error)
full([None] * 1500, [], 4096)
print("goes on")
time.sleep(60)
"""


def fill(plug: Plug) -> None:
    """Take all memory, until `free`."""
    hooks.trigger(plug, hooks.CRASH_PIN)
    rig.until(lambda: "full\n" in rig.console(plug), "a full heap")


def free(plug: Plug) -> None:
    """Give it back."""
    hooks.trigger(plug, hooks.CRASH_PIN, 0)
    rig.until(lambda: "empty\n" in rig.console(plug), "room in the heap")


def bother(who: Phone, plug: Plug) -> None:
    """Ask for a page, and for a name; no answer is needed."""
    with suppress(OSError):
        who.raw(b"GET /about HTTP/1.1\r\nHost: 4.3.2.1\r\n\r\n", ASK_S)
    with suppress(OSError):
        who.ask(phone.query("example.com"))
    before = rig.relay(plug)
    rig.press(plug)
    rig.until(lambda: rig.relay(plug) != before, "the relay", 1)


def test_an_error_has_room_for_its_text(tmp_path: Path) -> None:
    """MicroPython 1.25 unpacks it into the emergency buffer then, and beside memory where there is none."""
    plug = setups.made(tmp_path / "plug")
    plug.write_file("main.py", TEXT)
    with plug:
        rig.until(lambda: "goes on" in rig.console(plug), "the line behind it", SOON_S)
        assert "pop from empty list" in rig.console(plug)
        assert plug.state.boots == 1


def test_setup_mode_goes_on(tmp_path: Path) -> None:
    plug = setups.made(tmp_path / "plug")
    plug.write_file("main.py", MAIN)
    with plug:
        begun = time.monotonic()
        who = setups.opened(plug)
        fill(plug)
        while time.monotonic() - begun < SHORT_S + 3:
            bother(who, plug)
        free(plug)
        who.ready(30)
        assert who.page()
        who.resolves()
        rig.untroubled(plug)
        rig.until(lambda: "cycles" not in plug.files(), "the end of the power-cycle gesture")


def test_run_mode_goes_on(tmp_path: Path) -> None:
    with HubProcess(tmp_path / "hub", rig.free_port()) as hub:
        plug = rig.plug(tmp_path / "plug", hub.ports["discovery"], port_base=phone.free_base(), heap=HEAP)
        quick.flash_first(plug, {"firmware.modes.health.GOOD_AFTER_S": GOOD_S}, main_py=MAIN)
        rig.configure(plug, page_password=device_page.SEALED)
        with plug:
            guid = hub.joined("plug")["guid"]
            begun = time.monotonic()
            fill(plug)
            while time.monotonic() - begun < GOOD_S + 3:
                bother(Phone(plug), plug)
            free(plug)
            plug.press(HELD_S)
            rig.until(lambda: "button: report" in rig.console(plug), "the gesture")
            rig.until(lambda: "cycles" not in plug.files(), "the end of the power-cycle gesture")
            hub.joined("plug")
            assert hub.set(guid, True).status_code == 200
            assert Phone(plug).page()
            rig.untroubled(plug)
