"""What the page sends is tried while the access point stays up; only what works is kept."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests_host.system import rig, setups
from tests_host.system.phone import Phone
from tests_host.system.rig import HubProcess
from tests_host.system.setups import FAR, HOME
from twig.twin.air import Air, Network
from twig.twin.plug import Plug

pytestmark = pytest.mark.timeout(180)
STATIC = {"ip": "192.168.7.20", "mask": "255.255.255.0", "gateway": "192.168.7.1", "dns": "192.168.7.1"}
# Settings of the module's plug. Its first network is not in the air.
OLD = [{"ssid": "gone", "password": "long gone 12"}, {"ssid": "home", "password": "secret12"}]
AP_KEY = "key of my own"


@pytest.fixture(scope="module")
def plug(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plug]:
    """One with settings, for all that fails; it must be untroubled after all of it."""
    data = tmp_path_factory.mktemp("trial") / "plug"
    with setups.known(data, OLD, ap_key=AP_KEY) as running:
        setups.opened(running)
        yield running
        rig.untroubled(running)


@pytest.fixture
def phone(plug: Plug) -> Phone:
    """A phone at its page."""
    return setups.opened(plug)


def posted(phone: Phone, plug: Plug, content: dict[str, object]) -> None:
    """POST /save, accepted."""
    answer = phone.post("/save", content)
    assert answer == (200, {"ok": True}), rig.console(plug)


def connected(phone: Phone, plug: Plug, content: dict[str, object]) -> str:
    """The same, and the trial worked: the plug's new address."""
    posted(phone, plug, content)
    found = phone.trial()
    assert found["state"] == "connected", found
    return str(found["address"])


@pytest.mark.parametrize(
    ("ssid", "password", "expected"),
    [
        ("home", "not this one", "wrong_password"),
        ("nowhere", "secret12", "not_found"),
        ("silent", "secret12", "no_address"),
    ],
)
def test_what_fails_is_told_and_changes_nothing(
    plug: Plug, phone: Phone, ssid: str, password: str, expected: str
) -> None:
    before = plug.files()["config.json"]
    posted(phone, plug, setups.join(ssid, password, name="not kept"))
    for path in ("/save", "/scan"):
        assert phone.post(path, setups.join("home", "secret12")) == (409, {"code": "busy"})
    assert phone.trial() == {"state": expected, "ssid": ssid, "address": ""}
    assert plug.files()["config.json"] == before
    assert phone.about()["config"]["name"] == "plug"
    assert plug.state.access_point.on


# Of an ESP32: refusals after 3 and 6 s, of which it tells the second.
TWO_REFUSALS = {"firmware.portal.attempt.TRY_MS": 8500}


@pytest.mark.slow
def test_an_esp32_tells_what_fails_of_this_network(tmp_path: Path) -> None:
    """It tries a wrong password again, and its status keeps a failure over the next network's begin."""
    with setups.made(tmp_path / "plug", changes=setups.QUICK | TWO_REFUSALS, model="esp32_relay_x1") as plug:
        phone = setups.opened(plug)
        for ssid, password, state in (
            ("nowhere", "secret12", "not_found"),
            ("silent", "secret12", "no_address"),
            ("home", "not this one", "wrong_password"),
        ):
            posted(phone, plug, setups.join(ssid, password))
            assert phone.trial() == {"state": state, "ssid": ssid, "address": ""}
        assert connected(phone, plug, setups.join("home", HOME.password))
        rig.untroubled(plug)


def test_an_open_network_that_nobody_gives_addresses_in(tmp_path: Path) -> None:
    with setups.made(tmp_path / "plug", air=Air(networks=[Network(ssid="café", dhcp=False)])) as plug:
        phone = setups.opened(plug)
        assert phone.value("/networks") == [["café", -55, 0]]
        assert connected(phone, plug, setups.join("café", address=STATIC))
        stored = setups.stored(plug)
        assert (stored["wifi"], stored["address"]) == ([{"ssid": "café", "password": ""}], STATIC)
        setups.closed(plug)
        rig.until(lambda: plug.show()["wifi"]["status"] == "connected", "its Wi-Fi in run mode")
        rig.untroubled(plug)


@pytest.mark.slow
def test_a_plug_joins_its_hub_without_a_reset(tmp_path: Path) -> None:
    """Its network is on another channel than the access point was; the page comes through again."""
    with (
        HubProcess(tmp_path / "hub", rig.free_port()) as hub,
        setups.made(tmp_path / "plug", hub.ports["discovery"]) as plug,
    ):
        phone = setups.opened(plug)
        hops = plug.state.ap_hops
        rig.press(plug)
        assert connected(phone, plug, setups.join("far", FAR.password, name="hall")) == plug.options.interface
        assert plug.state.ap_hops == hops + 1
        assert phone.about()["config"]["name"] == "hall"
        begun = time.monotonic()
        setups.closed(plug)
        print(f"closed {time.monotonic() - begun:.1f} s after the page knew")
        wifi = [{"ssid": "far", "password": FAR.password}]
        stored = setups.stored(plug)
        assert (stored["wifi"], stored["name"], stored["insecure"]) == (wifi, "hall", True)
        device = hub.joined("hall")
        assert rig.value(device, rig.RELAY) is True, "the relay did not stay as it was"
        assert hub.set(device["guid"], False).status_code == 200
        assert not rig.relay(plug)
        assert plug.show()["mode"] == "run"
        rig.untroubled(plug)


FOUR = [{"ssid": each, "password": f"secret of {each}"} for each in ("a", "b", "c", "home")]
HEX_KEY = "0123456789abcdefABCDEF0123456789" * 2
NASTY = {
    "quotes": ("""it's "mine" & <b> 😀""", "x" * 31 + " " + "ö" * 15 + "y"),
    "spaces": ("  both ends ", "  \\\"<script> 😀&amp;%00'  "),
    "longest": ("ü" * 16, HEX_KEY),
}


def test_texts_arrive_unchanged_and_the_last_of_four_makes_room(tmp_path: Path) -> None:
    """All of them at once: a plug waits most of the time."""
    with ThreadPoolExecutor(len(NASTY)) as pool:
        list(pool.map(lambda name: arrives(tmp_path / name, *NASTY[name]), NASTY))


def arrives(data: Path, ssid: str, password: str) -> None:
    """A plug that knows four networks is told another one."""
    assert len(ssid.encode()) <= 32 and (len(password.encode()) <= 63 or password == HEX_KEY)
    plug = setups.known(data, FOUR)
    plug.options = replace(plug.options, air=Air(networks=[Network(ssid=ssid, password=password)]))
    with plug:
        phone = setups.opened(plug)
        assert phone.value("/networks") == [[ssid, -55, 1]]
        assert connected(phone, plug, setups.join(ssid, password, name=ssid))
        stored = setups.stored(plug)
        assert stored["wifi"] == [{"ssid": ssid, "password": password}, *FOUR[:3]]
        assert stored["name"] == plug.state.station_ssid == ssid
        assert phone.about()["config"]["wifi"][0] == {"ssid": ssid, "password": "***"}


def test_forgotten_kept_and_joined_with_the_password_that_it_knows(tmp_path: Path) -> None:
    home = {"ssid": HOME.ssid, "password": HOME.password}
    with setups.known(tmp_path / "plug", [*FOUR[:3], home]) as plug:
        phone = setups.opened(plug)
        posted(phone, plug, {"forget": "b", "settings": {}})
        assert phone.trial()["state"] == "saved"
        assert setups.stored(plug)["wifi"] == [FOUR[0], FOUR[2], home]
        posted(phone, plug, {"settings": {"name": "kept"}})
        assert connected(phone, plug, setups.join("home"))
        stored = setups.stored(plug)
        assert (stored["wifi"], stored["name"]) == ([home, FOUR[0], FOUR[2]], "kept")
