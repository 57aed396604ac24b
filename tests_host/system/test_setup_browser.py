"""A phone sets a real plug up in its browser: from the probe to the hub that switches it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests_host.system import quick, rig
from tests_host.system.browser import SMALL_PHONE, hosts, phone, shot
from tests_host.system.pages import TRIAL_MS, beside, fine, free_base, probe
from tests_host.system.phone import Phone
from tests_host.system.rig import HubProcess
from twig.twin import air as air_file
from twig.twin.air import Air, Network
from twig.twin.plug import Plug

pytestmark = [pytest.mark.timeout(180), pytest.mark.slow]
PASSWORD = 'kör"<b>🔌 '
HOME = Network(ssid="Home", password=PASSWORD, rssi=-50)
HIDDEN = Network(ssid="Kammer 🏡", password=PASSWORD, rssi=-60, hidden=True, channel=1)
CAFE = Network(ssid="Café", rssi=-80, channel=11)
SHED = Network(ssid="Shed", rssi=-40)
# The access point stays for 20 s after it has done its work, and opens after 5 minutes without Wi-Fi.
SOON = {"firmware.portal.portal.LEAVE_S": 4, "firmware.modes.serve.WITHOUT_WIFI_MS": 2000}
LEFT_S = 15.0  # though the page goes on asking
STORED = "battery <staple>"
PAGE_PASSWORD = "my <secret> page"


@pytest.fixture(scope="module")
def base() -> int:
    """The plugs of this module have it one after another."""
    return free_base()


@pytest.fixture(scope="module")
def browser(base: int) -> Iterator[Browser]:
    """For all tests of the module."""
    with beside(base) as browser:
        yield browser


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """One hub for the module."""
    with HubProcess(tmp_path_factory.mktemp("setup") / "hub", rig.free_port()) as running:
        yield running


def new(data: Path, base: int, port: int, air: Air | Path, setup: bool = True) -> Plug:
    """A plug that must be told to use hubs without keys."""
    plug = Plug(data, setup=setup, port_base=base, discovery_port=port, air=air)
    quick.flash_first(plug, SOON)
    return plug


def more(page: Page, name: str) -> None:
    """What is set beside the network."""
    page.locator("#name").fill(name)
    page.locator("summary").click()
    page.locator("#insecure").check()
    page.locator("#led_dark").uncheck()


def submit(page: Page) -> None:
    """Send the form."""
    page.locator("#submit:not([aria-disabled=true])").click()


def trying(page: Page, ssid: str) -> None:
    """The page says what is tried, once the radio has come back from looking for it."""
    page.locator("#status .busy").get_by_text(ssid).wait_for(timeout=TRIAL_MS)
    fine(page)


def refused(page: Page, text: str) -> None:
    """The password was wrong: it says so at the field."""
    page.get_by_role("status").get_by_text(text).wait_for(timeout=TRIAL_MS)
    assert page.locator("#password").get_attribute("aria-invalid") == "true"
    assert page.locator("#password-error").inner_text() != ""
    assert page.evaluate("document.activeElement.id") == "password"


def kept(page: Page, name: str) -> None:
    """Whatever was typed before is still there."""
    assert page.locator("#password").input_value() == "correct horse"
    assert page.locator("#name").input_value() == name
    assert page.locator("#insecure").is_checked()
    assert not page.locator("#led_dark").is_checked()


def connected(page: Page, text: str) -> str:
    """The plug's address as the page tells it in the end."""
    page.get_by_role("heading", name=text).wait_for(timeout=TRIAL_MS)
    assert page.locator("#form").is_hidden()
    return page.locator("#status").locator("a, strong").inner_text()


def switched(hub: HubProcess, plug: Plug, name: str) -> None:
    """The plug has joined the hub under its name, and obeys."""
    device = hub.joined(name)
    assert hub.set(device["guid"], True).status_code == 200
    assert rig.relay(plug)


def config(plug: Plug) -> dict[str, Any]:
    """What the plug keeps; it must be off."""
    found: dict[str, Any] = json.loads(plug.files()["config.json"])
    return found


def test_a_new_plug(browser: Browser, hub: HubProcess, base: int, tmp_path: Path) -> None:
    plug = new(tmp_path / "new", base, hub.ports["discovery"], Air(networks=[CAFE, HOME]))
    with plug, phone(browser) as page:
        asked = hosts(page)
        probe(page, plug)
        names = page.locator("#nets .name")
        names.first.wait_for()
        assert names.all_inner_texts() == ["Home", "Café"], "the strongest first"
        fine(page)
        page.get_by_role("radio", name="Home").check()
        page.locator("#password").fill("correct horse")
        more(page, "Lamp")
        fine(page)
        shot(page, "setup-twin-more")
        submit(page)
        trying(page, "Home")
        shot(page, "setup-twin-connecting")
        refused(page, "The password for “Home” is wrong.")
        kept(page, "Lamp")
        assert page.get_by_role("radio", name="Home").is_checked()
        fine(page)
        shot(page, "setup-twin-wrong")
        page.locator("#password").fill(PASSWORD)
        submit(page)
        assert connected(page, "Connected to “Home”") == "http://127.0.0.1/"
        assert page.get_by_role("link").count() == 0, "no page answers there"
        fine(page)
        shot(page, "setup-twin-connected")
        rig.until(lambda: not plug.state.access_point[2], "the end of the access point", LEFT_S)
        switched(hub, plug, "Lamp")
        assert asked - {"data"} == {"connectivitycheck.gstatic.com", "4.3.2.1"}
        rig.untroubled(plug)
    settings = config(plug)
    assert settings["wifi"] == [{"ssid": "Home", "password": PASSWORD}]
    assert (settings["name"], settings["insecure"], settings["led_dark"]) == ("Lamp", True, False)


def test_a_hidden_network_in_german(browser: Browser, hub: HubProcess, base: int, tmp_path: Path) -> None:
    name = 'Küche "1"'
    plug = new(tmp_path / "hidden", base, hub.ports["discovery"], Air(networks=[HIDDEN, CAFE]))
    with plug, phone(browser, SMALL_PHONE, "de-DE", "dark") as page:
        probe(page, plug)
        page.get_by_role("radio", name="Café").wait_for()
        assert page.locator("#nets").get_by_text(HIDDEN.ssid).count() == 0
        fine(page)
        page.get_by_role("radio", name="Anderes Netz").check()
        page.locator("#ssid").fill(HIDDEN.ssid)
        page.locator("#password").fill("correct horse")
        more(page, name)
        page.locator("#page_password").fill(PAGE_PASSWORD)
        fine(page)
        shot(page, "setup-twin-more-de-dark")
        submit(page)
        trying(page, HIDDEN.ssid)
        refused(page, f"Das Passwort für „{HIDDEN.ssid}“ ist falsch.")
        kept(page, name)
        assert page.locator("#ssid").input_value() == HIDDEN.ssid
        assert page.locator("#page_password").input_value() == PAGE_PASSWORD
        fine(page)
        shot(page, "setup-twin-wrong-de-dark")
        page.locator("#password").fill(PASSWORD)
        submit(page)
        assert connected(page, f"Verbunden mit „{HIDDEN.ssid}“") == "http://127.0.0.1/"
        link = page.get_by_role("link")
        fine(page)
        shot(page, "setup-twin-connected-de-dark")
        switched(hub, plug, name)
        link.click()  # the phone is back in the network of the house
        page.locator("#login").wait_for()
        page.get_by_label("Passwort", exact=True).fill(PAGE_PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name=name).wait_for()
        assert page.locator("#relay0").get_attribute("aria-checked") == "true"
        rig.untroubled(plug)
    settings = config(plug)
    assert settings["wifi"] == [{"ssid": HIDDEN.ssid, "password": PASSWORD}]
    assert PAGE_PASSWORD not in json.dumps(settings) and settings["page_password"].count("$") == 2


def test_search_again(browser: Browser, base: int, tmp_path: Path) -> None:
    air = tmp_path / "air.json"
    air.write_text(Air(networks=[HOME, CAFE]).model_dump_json())
    with new(tmp_path / "search", base, rig.free_port(), air) as plug, phone(browser) as page:
        probe(page, plug)
        page.get_by_role("radio", name="Café").check()
        page.locator("#name").fill("Lamp")
        scans = plug.state.scans
        air.write_text(Air(networks=[SHED, CAFE]).model_dump_json())
        page.wait_for_timeout(2000 * air_file.POLL_S)
        page.get_by_role("button", name="Search again").click()
        page.get_by_role("button", name="Searching").wait_for()
        fine(page)
        page.get_by_role("radio", name="Shed").wait_for()
        page.get_by_role("button", name="Search again").wait_for()
        assert page.locator("#nets .name").all_inner_texts() == ["Shed", "Café"]
        assert page.get_by_role("radio", name="Café").is_checked()
        assert page.locator("#name").input_value() == "Lamp"
        assert page.locator("#lost").inner_text() == ""
        assert plug.state.scans == scans + 1
        rig.untroubled(plug)


def test_a_locked_plug(browser: Browser, base: int, tmp_path: Path) -> None:
    air = Air(networks=[Network(ssid="Home", password=STORED, up=False)])
    plug = new(tmp_path / "locked", base, rig.free_port(), air, setup=False)
    with plug, phone(browser) as page:
        plug.state.phones = 1
        probe(page, plug)
        notice = page.get_by_text("Press the button on the plug once")
        notice.wait_for()
        page.get_by_text("The plug cannot reach its Wi-Fi.").wait_for()
        fine(page)
        shot(page, "setup-twin-locked")
        assert page.locator("#submit").is_disabled()
        assert page.locator("#scan").is_hidden()
        assert STORED not in page.content()
        assert Phone(plug).post("/save", {"settings": {"name": "Mine"}}) == (403, {"code": "locked"})
        page.locator("#name").fill("Lamp")
        plug.press()
        notice.wait_for(state="hidden")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("status").get_by_text("Saved.").wait_for()
        rig.untroubled(plug)
    assert config(plug)["name"] == "Lamp"
    assert config(plug)["wifi"] == [{"ssid": "Home", "password": STORED}]
