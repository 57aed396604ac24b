"""Factory reset, power-cycle counter and reset log under power cuts at every flash operation of the chip."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests_host.system import rig
from tests_host.system.bare import Bare
from twig.release import flash, image
from twig.twin.state import EXIT_POWER_CUT, EXIT_REPL, Network

pytestmark = pytest.mark.timeout(600)
FEW = 5  # cuts in every run of the tests; all of them in a proof
ACT_PIN = 14

OLD = {"schema": 1, "name": "old " * 40, "wifi": [{"ssid": "home", "password": "secret12"}]}
IDENT = bytes(range(32))
CONFIG = json.dumps(OLD).encode()
FILES = {
    "config.json": CONFIG,
    "config.old": json.dumps({"name": "older " * 40}).encode(),
    "config.bad": b"{" * 300,
    "ident": IDENT,
    "relay": b"\x01",
    "history": b"4 1 RuntimeError: x\n" * 8,
    "cycles": b"\x02",
}
KEPT = {"trust": b"keys" * 50, "slot": b"a"}

# With the pin up it does something, else it says what it finds, as run mode would read it.
MAIN = """
import sys, json, os, network
from machine import Pin
def module(name):
    __import__(name)
    return sys.modules[name]
station = network.WLAN(network.STA_IF)
if Pin({pin}, Pin.IN).value():
    {action}
else:
    config = module("{config}").{load}()
    print("FOUND", json.dumps([config, station.config("ssid"), sorted(set(os.listdir()))]))
"""
JOIN = 'station.active(True)\n    station.connect("home", "secret12")'


class Chip(Bare):
    """`action` runs with the pin up."""

    def __init__(self, data: Path, action: str, name: str, **files: bytes) -> None:
        super().__init__(data, **files)
        parts = image.build("s26")
        config, its = (parts.names.module(f"fw_{each}") for each in ("config", name))
        renamed = parts.names.renamed(f"fw_{name}")
        function = action.split("(")[0]
        arguments = action.removeprefix(function)
        called = f'module("{its}").{renamed.get(function, function)}{arguments}'
        load = parts.names.renamed("fw_config").get("load", "load")
        names = {"config": config, "load": load, "pin": ACT_PIN}
        self.action, self.join = (MAIN.format(action=each, **names).encode() for each in (called, JOIN))
        flash.write_file(self.flash, "main.py", self.action)

    def operations(self, pin: int = ACT_PIN) -> int:
        return super().operations(pin)

    def say(self) -> Any:
        """[configuration, the SDK's network, names of files]."""
        code, printed = self.boot()
        lines = [line for line in printed.splitlines() if line.startswith("FOUND ")]
        assert (code, len(lines)) == (EXIT_REPL, 1), printed
        return json.loads(lines[0].removeprefix("FOUND "))

    def cuts(self, how_many: int) -> "list[int]":
        """Flash operations at which to cut, of all that the action takes; the flash is as before then."""
        fresh = self.flash.read_bytes()
        count = self.operations()
        self.flash.write_bytes(fresh)
        return list(range(1, count + 1, max(count // how_many, 1) if how_many else 1))


few_or_all = pytest.mark.parametrize(
    "cuts", [pytest.param(FEW, id="few"), pytest.param(0, marks=pytest.mark.proof, id="all")]
)


@pytest.mark.slow
@few_or_all
def test_a_factory_reset_forgets_all_or_nothing(tmp_path: Path, cuts: int) -> None:
    chip = Chip(tmp_path / "plug", "begin()", "wipe", **FILES, **KEPT)
    chip.state.set_air([Network("home", "secret12")])
    flash.write_file(chip.flash, "main.py", chip.join)
    assert chip.boot(ACT_PIN) == (EXIT_REPL, "")
    flash.write_file(chip.flash, "main.py", chip.action)
    before = chip.say()
    assert before[:2] == [OLD, "home"]
    rest = sorted(set(before[2]) - set(FILES))
    fresh = chip.flash.read_bytes()
    outcomes = []
    places = chip.cuts(cuts)
    for at in places:
        chip.flash.write_bytes(fresh)
        chip.cut(ACT_PIN, at)
        found = chip.say()
        new = found == [{}, "", rest]
        if not new:
            assert found[:2] == before[:2], f"cut at operation {at}: {found}, wanted {rest}"
            assert set(found[2]) - {"wipe.new"} == set(before[2]), f"cut at operation {at}"
            files = chip.files()
            assert {name: files[name] for name in FILES} == FILES, f"cut at operation {at}"
        assert chip.files()["trust"] == KEPT["trust"]
        assert chip.files()["slot_a"] == chip.slot
        outcomes.append(new)
    chip.flash.write_bytes(fresh)
    count = chip.operations()
    assert chip.say() == [{}, "", rest]
    new = outcomes.count(True)
    print(f"factory reset: {count} flash operations, {len(places)} cuts, {new} leave a new plug")
    assert outcomes == sorted(outcomes)
    assert {False, True} == set(outcomes)


@pytest.mark.slow
@few_or_all
@pytest.mark.parametrize("action", ["begin", "over"])
@pytest.mark.parametrize("count", [0, 3])
def test_a_cut_in_the_counter_harms_nothing_else(tmp_path: Path, action: str, count: int, cuts: int) -> None:
    files = {"config.json": CONFIG, "ident": IDENT} | ({"cycles": bytes([count])} if count else {})
    chip = Chip(tmp_path / "plug", f"{action}()", "cycles", **files)
    fresh = chip.flash.read_bytes()
    after = {count, 0 if action == "over" else count + 1}
    for at in chip.cuts(cuts):
        chip.flash.write_bytes(fresh)
        assert chip.boot(ACT_PIN, at)[0] == EXIT_POWER_CUT
        assert chip.say()[0] == OLD
        found = chip.files()
        assert found["ident"] == IDENT
        assert (found.get("cycles") or b"\0")[0] in after, f"cut at operation {at}"
    chip.flash.write_bytes(fresh)
    print(f"cycles.{action} from {count}: {chip.operations()} flash operations")
    assert (chip.files().get("cycles") or b"\0")[0] == max(after) if action == "begin" else True


@pytest.mark.slow
@few_or_all
def test_a_cut_in_the_log_harms_nothing_else(tmp_path: Path, cuts: int) -> None:
    old = b"\n".join(b"%d 4 RuntimeError: fault %d" % (at, at) for at in range(8))
    files = {"config.json": CONFIG, "ident": IDENT, "history": old}
    chip = Chip(tmp_path / "plug", "note(True)", "history", **files)
    text = b"import record\nrecord.raw[22:28] = b'\\x05fault'\n"
    flash.write_file(chip.flash, "main.py", text + chip.action)
    fresh = chip.flash.read_bytes()
    new = b"1 0 fault\n" + old.rpartition(b"\n")[0]
    for at in chip.cuts(cuts):
        chip.flash.write_bytes(fresh)
        assert chip.boot(ACT_PIN, at)[0] == EXIT_POWER_CUT
        assert chip.say()[0] == OLD
        assert chip.files()["history"] in (old, new), f"cut at operation {at}"
    chip.flash.write_bytes(fresh)
    print(f"history.note: {chip.operations()} flash operations")
    assert chip.files()["history"] == new


def test_six_short_power_ons(tmp_path: Path) -> None:
    """The whole plug: five times power for less than the limit, and the sixth opens setup mode once."""
    plug = rig.plug(tmp_path / "plug", 1)
    with plug:
        for _ in range(5):
            rig.until(lambda: plug.show()["mode"] == "run", "run mode")
            rig.until(lambda: plug.show()["led"] not in ("boot", "unknown"), "its event loop")
            plug.power_cut()
            plug.power_on()
        rig.until(lambda: plug.show()["mode"] == "setup", "setup mode")
        rig.until(lambda: plug.state.access_point[1:] == ("secret12", True), "its keyed access point")
        plug.power_cut()
        plug.power_on()
        rig.until(lambda: plug.files().get("cycles") == b"\x01", "a count that begins anew")
        rig.until(lambda: plug.show()["mode"] == "run", "run mode")
        rig.until(lambda: "cycles" not in plug.files(), "the end of a long power-on", 20)
