"""The power fails between the page's "connect" and the stored configuration: the old or the new is whole."""

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests_host.system import rig, setups
from tests_host.system.phone import Phone
from tests_host.system.rig import HubProcess
from tests_host.system.setups import FAR, HOME
from twig.twin.plug import Plug

pytestmark = pytest.mark.timeout(600)
AT_ONCE = 4  # plugs: they wait most of the time
FEW = 2  # cuts of each kind in every run of the tests
WIFI = {"new plug": [], "known plug": [{"ssid": HOME.ssid, "password": HOME.password}]}
NEW = {"ssid": FAR.ssid, "password": FAR.password}
MOST = 60  # flash operations of one change; far more than it takes
NEW_NAME = "the new name"


class Cut(NamedTuple):
    """Where the power failed, and whether the new configuration counted then."""

    at: int
    new: bool


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """One hub for the module."""
    with HubProcess(tmp_path_factory.mktemp("setup power") / "hub", rig.free_port()) as running:
        yield running


@pytest.mark.slow
@pytest.mark.parametrize("few", [FEW, pytest.param(0, id="all", marks=pytest.mark.proof)])
@pytest.mark.parametrize("kind", WIFI)
def test_power_cut_from_the_page_to_the_stored_configuration(
    hub: HubProcess, tmp_path: Path, kind: str, few: int
) -> None:
    first = tmp_path / "first"
    flashed(hub, first, kind)
    count = operations(hub, first, tmp_path / "counted")
    cuts = list(range(1, count + 1))[:: count // few if few else 1]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        seen = list(pool.map(lambda at: cut(hub, first, tmp_path / f"{kind} {at}", kind, at), cuts))
    print(f"{kind}: cuts at {[each.at for each in seen]} of {count}, new after", [each.new for each in seen])
    assert [each.new for each in seen] == sorted(each.new for each in seen), "a later cut lost what was kept"


def flashed(hub: HubProcess, data: Path, kind: str) -> None:
    """A plug of that kind that was never started."""
    port = hub.ports["discovery"]
    if WIFI[kind]:
        setups.known(data, WIFI[kind], port)
    else:
        setups.made(data, port)


def copied(hub: HubProcess, first: Path, data: Path) -> Plug:
    """The same with a chip of its own; not started."""
    shutil.copytree(first, data)
    base = setups.free_base()
    return rig.plug(data, hub.ports["discovery"], setup=True, port_base=base, air=setups.AIR, name=None)


def begin(plug: Plug, cut_at: int = 0) -> Phone:
    """Post a network that works, the power to be cut at that flash operation after it."""
    phone = setups.opened(plug)
    plug.state.erase_ms = 0
    plug.state.cut_at = plug.state.flash_ops + cut_at if cut_at else 0
    try:
        assert phone.post("/save", setups.join(FAR.ssid, FAR.password, name=NEW_NAME)) == (200, {"ok": True})
    except (OSError, AssertionError):
        assert plug.rests(), rig.console(plug)
    return phone


def operations(hub: HubProcess, first: Path, data: Path) -> int:
    """How many flash operations it takes."""
    with copied(hub, first, data) as plug:
        setups.opened(plug)
        before = plug.state.flash_ops
        assert begin(plug).trial()["state"] == "connected"
        count = int(plug.state.flash_ops) - before
        assert setups.stored(plug)["wifi"][0] == NEW
    assert 0 < count < MOST
    return count


def cut(hub: HubProcess, first: Path, data: Path, kind: str, at: int) -> Cut:
    """One cut; the plug works afterwards with what it has."""
    with copied(hub, first, data) as plug:
        begin(plug, at)
        rig.until(plug.rests, f"the cut at operation {at}")
        found: dict[str, Any] = json.loads(plug.files()["config.json"])
        new = found.get("wifi", [])[:1] == [NEW]
        assert found.get("wifi", []) == ([NEW] if new else []) + WIFI[kind], f"cut at {at}"
        assert found["name"] == (NEW_NAME if new else "first"), f"cut at {at}"
        plug.state.cut_at = 0
        plug.power_on()
        works(hub, plug, new or bool(WIFI[kind]))
        return Cut(at, new)


def works(hub: HubProcess, plug: Plug, has_wifi: bool) -> None:
    """It is on its network, or offers its page to a phone."""
    if has_wifi:
        rig.until(lambda: plug.show()["wifi"]["status"] == "connected", "its Wi-Fi")
        rig.until(lambda: plug.show()["led"] == "off", "its hub")
        assert plug.show()["mode"] == "run"
    else:
        assert setups.opened(plug).about()["reason"] == "new"
        assert plug.state.access_point.password == ""
