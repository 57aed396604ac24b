"""What the setup page sends: exactly what was typed, and nothing that was not changed."""

import json
from typing import Any

from playwright.sync_api import Browser, Page

from firmware.protocol import joincode
from tests_host.unit.pages.fake import FakePlug
from tests_host.unit.pages.opened import polled, setup_page

CONFIG = {
    "name": "Lamp",
    "wifi": [{"ssid": "Home", "password": "***"}, {"ssid": "Garden", "password": "***"}],
    "hub": {"host": "192.168.1.9", "port": 7262},
    "power_on": "last",
    "led_dark": False,
    "ap_key": "***",
    "page_password": "***",
    "address": {"ip": "192.168.1.5", "mask": "255.255.255.0", "gateway": "192.168.1.1", "dns": "192.168.1.1"},
}
CODE = joincode.generate(b"\1\2\3\4\5\6\7")
NASTY = [
    ("\"quotes' and \\", 'p"a\'s\\s"word'),
    ("<b>&amp;</b>", "</script><script>"),
    ("🔌🏡 Zuhause", "pässwörd 🔑"),
    (" spaces  around ", "  eight  "),
    ("s" * 32, "p" * 63),
    ("ä" * 16, "8 byte: ä"[:8] + "12"),
    ("keep", "other123"),
    ("net\u2028{}$&", "$&$1{}null"),
]


def save(page: Page, plug: FakePlug) -> Any:
    """Press the button; the body that came."""
    before = len(plug.got)
    page.locator("#submit").click()
    while len(plug.got) == before:
        page.wait_for_timeout(20)
    return plug.saved()


def end_trial(page: Page, plug: FakePlug, ssid: str) -> None:
    """The network could not be joined; the page is ready for the next."""
    plug.trial("failed", ssid)
    polled(page, plug)
    plug.trial("idle")
    polled(page, plug)


def more(page: Page) -> None:
    page.locator("summary").click()


def test_network_from_the_list(browser: Browser) -> None:
    with setup_page(browser) as (page, plug):
        page.get_by_label("Home").check()
        page.get_by_label("Wi-Fi password", exact=True).fill("correct horse")
        assert save(page, plug) == {"settings": {}, "network": {"ssid": "Home", "password": "correct horse"}}
        assert plug.raw[-1][0] == "application/json"


def test_open_network_asks_for_no_password(browser: Browser) -> None:
    with setup_page(browser) as (page, plug):
        page.get_by_label("Café").check()
        assert page.locator("#password").is_hidden()
        assert save(page, plug) == {"settings": {}, "network": {"ssid": "Café", "password": ""}}


def test_typed_unchanged(browser: Browser) -> None:
    with setup_page(browser) as (page, plug):
        page.get_by_label("Other network").check()
        for ssid, password in NASTY:
            page.get_by_label("Name of the network").fill(ssid)
            page.locator("#password").fill(password)
            assert save(page, plug)["network"] == {"ssid": ssid, "password": password}
            assert "\\u" not in plug.raw[-1][1]
            end_trial(page, plug, ssid)


def test_chosen_unchanged(browser: Browser) -> None:
    with setup_page(browser, networks=[[ssid, -50, 1] for ssid, _ in NASTY]) as (page, plug):
        for place, (ssid, password) in enumerate(NASTY):
            page.locator("#nets input").nth(place).check()
            page.locator("#password").fill(password)
            assert save(page, plug)["network"] == {"ssid": ssid, "password": password}
            end_trial(page, plug, ssid)


def test_hex_key(browser: Browser) -> None:
    with setup_page(browser) as (page, plug):
        page.get_by_label("Home").check()
        page.locator("#password").fill("0123456789abcdefABCDEF" + "0" * 42)
        assert len(save(page, plug)["network"]["password"]) == 64


def test_stored_password_stays_when_nothing_is_typed(browser: Browser) -> None:
    with setup_page(browser, config=CONFIG) as (page, plug):
        page.get_by_role("radio", name="Home strong").check()
        assert page.locator("#password").get_attribute("placeholder") == "unchanged"
        assert save(page, plug) == {"settings": {}, "network": {"ssid": "Home"}}


def test_nothing_changed_sends_nothing(browser: Browser) -> None:
    with setup_page(browser, config=CONFIG, reason="button") as (page, plug):
        assert page.get_by_label("No change").is_checked()
        assert save(page, plug) == {"settings": {}}


def test_stored_settings_are_shown_without_secrets(browser: Browser) -> None:
    with setup_page(browser, config=CONFIG) as (page, _):
        assert page.locator("#name").input_value() == "Lamp"
        assert page.locator("#power_on").input_value() == "last"
        assert not page.locator("#led_dark").is_checked()
        assert page.locator("[id='hub.port']").input_value() == "7262"
        assert page.locator("[id='address.gateway']").input_value() == "192.168.1.1"
        for secret in ("ap_key", "page_password"):
            assert page.locator(f"#{secret}").input_value() == ""
            assert page.locator(f"#{secret}").get_attribute("placeholder") == "unchanged"
        assert "***" not in page.content()


def test_every_setting(browser: Browser) -> None:
    with setup_page(browser) as (page, plug):
        more(page)
        page.get_by_label("Café").check()
        page.get_by_label("Name", exact=True).fill("Küche 🔌")
        page.get_by_label("Join code", exact=True).fill(CODE.lower())
        page.get_by_label("When power comes back").select_option("on")
        page.get_by_label("Light off").uncheck()
        page.get_by_label("fixed address").check()
        address = {"ip": "10.0.0.7", "mask": "255.255.0.0", "gateway": "10.0.0.1", "dns": "9.9.9.9"}
        for key, text in address.items():
            page.locator(f"[id='address.{key}']").fill(text)
        page.get_by_label("Address of the hub").fill("hub.local")
        page.get_by_label("Port of the hub").fill("7261")
        page.get_by_label("without encryption").check()
        page.get_by_label("Key of the emergency Wi-Fi", exact=True).fill("emergency <1>")
        page.get_by_label("Password of the device page", exact=True).fill("let me in")
        assert save(page, plug)["settings"] == {
            "name": "Küche 🔌",
            "join_code": CODE.replace("-", ""),
            "power_on": "on",
            "led_dark": False,
            "insecure": True,
            "address": address,
            "hub": {"host": "hub.local", "port": 7261},
            "ap_key": "emergency <1>",
            "page_password": "let me in",
        }


def test_settings_are_taken_away(browser: Browser) -> None:
    with setup_page(browser, config=CONFIG) as (page, plug):
        more(page)
        page.locator("#name").fill("")
        page.get_by_label("fixed address").uncheck()
        page.locator("[id='hub.host']").fill("")
        page.locator("[id='hub.port']").fill("")
        page.get_by_role("button", name="Remove: Key of the emergency").click()
        page.get_by_role("button", name="Remove: Password of the device").click()
        page.get_by_role("button", name="Keep: Password of the device").click()
        assert save(page, plug) == {"settings": {"name": None, "address": None, "hub": None, "ap_key": None}}


def test_known_network_is_forgotten_after_a_second_press(browser: Browser) -> None:
    with setup_page(browser, config=CONFIG, hurry=1) as (page, plug):
        more(page)
        page.get_by_role("button", name="Remove: Garden").click()
        assert plug.got == []
        page.get_by_role("button", name="Really?: Garden").click()
        page.get_by_text("Saved.").wait_for()
        assert plug.saved() == {"settings": {}, "forget": "Garden"}
        plug.state["config"] = json.loads(json.dumps(CONFIG))
        del plug.state["config"]["wifi"][1]
        page.locator("#known li").nth(1).wait_for(state="detached")
        assert page.locator("#known li").count() == 1


def test_join_code_in_any_form(browser: Browser) -> None:
    plain = CODE.replace("-", "")
    with setup_page(browser) as (page, plug):
        page.get_by_label("Café").check()
        code = page.locator("#join_code")
        for typed in (CODE, plain, CODE.lower().replace("-", " "), CODE.replace("-", "\u2013")):
            code.fill("")
            code.press_sequentially(typed)
            assert code.input_value() == CODE
        assert save(page, plug)["settings"] == {"join_code": plain}


def test_letters_that_look_like_digits(browser: Browser) -> None:
    code = joincode.generate(b"\0\0\x08\x42\x10\x84\x21")
    assert "0" in code and "1" in code
    with setup_page(browser) as (page, plug):
        page.get_by_label("Café").check()
        page.locator("#join_code").fill(code.replace("0", "o").replace("1", "l"))
        assert save(page, plug)["settings"] == {"join_code": joincode.normalise(code)}
