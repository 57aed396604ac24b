"""Power that fails: the relay when it comes back; files that are then the old or the new ones."""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests_host.system import rig
from tests_host.system.bare import SAVE_CONFIG_PIN, SAVE_IDENT_PIN, Bare
from tests_host.system.rig import HubProcess
from twig.release import flash, image

pytestmark = pytest.mark.timeout(240)
SAVED_S = 6.0  # the last state reaches flash at most 5 s after the one before
FEW = 3  # cuts after which a plug joins in every run of the tests; all of them in a proof

WIFI = [{"ssid": "home", "password": "secret12"}]
OLD = {"schema": 1, "name": "old", "wifi": WIFI, "insecure": True}
# Long enough for blocks of its own, as a real one.
NEW = {"schema": 1, "name": "new " * 40, "wifi": WIFI, "insecure": True, "power_on": "last"}
OLD_IDENT, NEW_IDENT = bytes(range(32)), bytes(range(100, 132))


def old(**files: bytes) -> dict[str, bytes]:
    """The files before the write."""
    config = json.dumps(OLD).encode()
    new = {"new.json": json.dumps(NEW).encode(), "new.bin": NEW_IDENT}
    return {"config.json": config, "ident": OLD_IDENT, **new, **files}


def ident(raw: bytes) -> list[str]:
    """As `Bare.found` gives it."""
    return [raw[:16].hex(), raw[16:].hex()]


@pytest.mark.parametrize(
    ("setting", "pressed", "expected"),
    [
        (None, True, False),
        ("off", True, False),
        ("on", True, True),
        ("last", True, True),
        ("last", False, False),
    ],
)
def test_relay_when_power_comes(
    tmp_path: Path, free_port: Callable[[], int], setting: str | None, pressed: bool, expected: bool
) -> None:
    plug = rig.plug(tmp_path / "plug", free_port())
    rig.flash_first(plug)
    if setting:
        rig.configure(plug, power_on=setting)
    with plug:
        rig.until(lambda: plug.show()["mode"] == "run", "run mode")
        assert rig.relay(plug) is (setting == "on")
        if pressed:
            rig.press(plug)
        if setting == "last" and pressed:
            rig.until(lambda: b"\x01" in relay_file(plug), "the saved state", SAVED_S)
        plug.power_cut()
        assert not rig.relay(plug)
        plug.power_on()
        rig.until(lambda: plug.show()["mode"] == "run", "run mode")
        assert rig.relay(plug) is expected


def relay_file(plug: Any) -> bytes:
    """The saved state, read while the chip may write."""
    try:
        return bytes(plug.files().get("relay", b""))
    except Exception:  # caught in the middle of a write
        return b""


@pytest.mark.slow
@pytest.mark.parametrize("what", ["config", "ident"])
def test_power_cut_at_every_flash_operation_of_a_write(tmp_path: Path, what: str) -> None:
    pin = SAVE_CONFIG_PIN if what == "config" else SAVE_IDENT_PIN
    bare = Bare(tmp_path / "plug", **old())
    before = [OLD, ident(OLD_IDENT)]
    after = [NEW, before[1]] if what == "config" else [OLD, ident(NEW_IDENT)]
    assert bare.found() == before
    fresh = bare.flash.read_bytes()
    count = bare.operations(pin)
    assert bare.found() == after
    seen = []
    for at in range(1, count + 1):
        bare.flash.write_bytes(fresh)
        bare.cut(pin, at)
        found = bare.found()
        assert found in (before, after), f"cut at operation {at} of {count}"
        seen.append(found == after)
        assert bare.files()["slot_a"] == bare.slot
    print(f"{what}: {count} cuts, {seen.count(True)} of them after the new one counted")
    assert seen == sorted(seen), "a later cut lost what an earlier one kept"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """One hub for the module."""
    with HubProcess(tmp_path_factory.mktemp("power") / "hub", rig.free_port()) as running:
        yield running


@pytest.mark.slow
@pytest.mark.parametrize(
    "cuts", [pytest.param(FEW, id="few"), pytest.param(0, marks=pytest.mark.proof, id="all")]
)
def test_a_plug_joins_after_a_cut(hub: HubProcess, tmp_path: Path, cuts: int) -> None:
    bare = Bare(tmp_path / "plug", **old())
    fresh = bare.flash.read_bytes()
    count = bare.operations(SAVE_CONFIG_PIN)
    main = image.build("s26").files["main.py"]
    for at in range(1, count + 1, max(count // cuts, 1) if cuts else 1):
        bare.flash.write_bytes(fresh)
        bare.cut(SAVE_CONFIG_PIN, at)
        data = tmp_path / f"cut {at}"
        data.mkdir()
        shutil.copy(bare.flash, data / "flash.bin")
        flash.write_file(data / "flash.bin", "main.py", main)
        flash.write_file(data / "flash.bin", "ident", os.urandom(16) + bytes(16))
        name = f"cut {at} of {count}"
        with rig.plug(data, hub.ports["discovery"], name=name) as plug:
            hub.joined(name)
            rig.untroubled(plug)


BROKEN = {
    "cut off": json.dumps(OLD).encode()[:40],
    "nothing in it": b"",
    "zeros": bytes(300),
    "erased": b"\xff" * 300,
    "no UTF-8": b'{"name": "\xff\xfe"}',
    "a list": b"[]",
    "null": b"null",
    "another schema": b'{"schema": 2}',
    "schema of another type": b'{"schema": "1"}',
    "a network without name": b'{"wifi": [{"password": "x"}]}',
    "a network that is none": b'{"wifi": [3]}',
    "a hub without port": b'{"hub": {"host": "a"}}',
    "a port that is none": b'{"discovery_port": 70000}',
    "a name that is none": b'{"name": 5}',
    "two objects": b'{"name": "a"}{"name": "b"}',
    "deep": b"[" * 2000,
    "too deep for a value": b'{"name":' * 500,
    "more than memory": b'{"name": "' + b"x" * 60000 + b'"}',
    "random": bytes((i * 7919 + 13) % 251 for i in range(500)),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_configuration_is_kept_aside_and_the_last_good_one_used(
    tmp_path: Path, broken: bytes
) -> None:
    files = {"config.json": broken, "config.old": json.dumps(OLD).encode(), "ident": OLD_IDENT}
    bare = Bare(tmp_path / "plug", **files)
    assert bare.found() == [OLD, ident(OLD_IDENT)]
    if broken:
        assert bare.files().get("config.bad") == broken
    assert bare.found()[0] == OLD


def test_both_configurations_broken(tmp_path: Path) -> None:
    bare = Bare(tmp_path / "plug", **{"config.json": b"{", "config.old": b"}"})
    assert bare.found()[0] == {}
    assert bare.found()[0] == {}


@pytest.mark.parametrize("raw", [b"", b"short", bytes(33), bytes(64)])
def test_a_broken_ident_is_no_guid(tmp_path: Path, raw: bytes) -> None:
    bare = Bare(tmp_path / "plug", ident=raw)
    assert bare.found()[1] == ["ff" * 16, "00" * 16]


def test_a_plug_with_a_broken_configuration_obeys_its_button(
    tmp_path: Path, free_port: Callable[[], int]
) -> None:
    plug = rig.plug(tmp_path / "plug", free_port())
    rig.flash_first(plug, **{"config.json": b"\x00" * 200})
    with plug:
        rig.until(lambda: plug.show()["mode"] == "setup", "setup mode, since no settings are left")
        rig.press(plug)
        assert rig.relay(plug)
        time.sleep(1)
        rig.untroubled(plug)
