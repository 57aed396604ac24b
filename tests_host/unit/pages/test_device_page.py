"""The page of a plug in its network: log in, switch, set, restart."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests_host.system.browser import PHONE, SMALL_PHONE, Scheme, complaints, overflow, phone, shot
from tests_host.unit.pages.fake import DEVICE, PASSWORD, TOKEN, FakePlug, serving
from tests_host.unit.pages.opened import HURRY, device_page, polled


def test_login(browser: Browser) -> None:
    plug = FakePlug("device.html", DEVICE)
    with serving(plug), phone(browser, hurry=HURRY) as page:
        page.goto(plug.origin)
        assert complaints(page) == []
        shot(page, "device-login")
        field = page.get_by_label("Password", exact=True)
        field.fill("wrong <b>")
        page.keyboard.press("Enter")
        page.get_by_text("This password is wrong.").wait_for()
        assert (field.get_attribute("aria-invalid"), field.input_value()) == ("true", "wrong <b>")
        plug.answers["/login"] = (429, {"code": "slow", "wait": 17})
        page.keyboard.press("Enter")
        page.get_by_role("alert").get_by_text("Wait 17 s").wait_for()
        plug.answers = {}
        plug.broken = True
        page.keyboard.press("Enter")
        page.get_by_role("alert").get_by_text("did not answer").wait_for()
        plug.broken = False
        field.fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("switch").wait_for()
        assert page.get_by_role("alert").inner_text() == ""
        assert TOKEN not in page.content()
        assert (
            page.evaluate("document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
            == "{}{}"
        )


def figures(page: Page) -> dict[str, str]:
    names, values = (page.locator(f"#figures {tag}").all_inner_texts() for tag in ("dt", "dd"))
    return dict(zip(names, values, strict=True))


def test_state_and_switch(browser: Browser) -> None:
    with device_page(browser, relay=[False, True]) as (page, plug):
        first, second = (
            page.get_by_role("switch", name="Socket 1"),
            page.get_by_role("switch", name="Socket 2"),
        )
        assert (first.get_attribute("aria-checked"), second.get_attribute("aria-checked")) == (
            "false",
            "true",
        )
        assert figures(page) == {
            "Hub": "connected",
            "Wi-Fi signal": "-58 dBm",
            "Running for": "1 d 2 h 3 min",
            "Memory free": "11264 B",
        }
        assert page.locator("#resets li").all_inner_texts() == [
            "Start 7 · watchdog · reset by cause 1",
            "Start 6 · power",
        ]
        first.press("Space")
        page.locator("#relay0[aria-checked=true]").wait_for()
        second.click()
        page.locator("#relay1[aria-checked=false]").wait_for()
        assert plug.got[1:] == [("/relay", {"index": 0, "on": True}), ("/relay", {"index": 1, "on": False})]
        plug.state["relay"] = [False, False]  # by the button
        page.locator("#relay0[aria-checked=false]").wait_for()
        plug.answers["/relay"] = (409, {"code": "busy"})
        first.click()
        page.get_by_role("alert").get_by_text("is busy").wait_for()
        assert first.get_attribute("aria-checked") == "false"


def save(browser: Browser, act: Any, **state: Any) -> Any:
    """The body that the settings send after `act`."""
    with device_page(browser, **state) as (page, plug):
        page.locator("summary").click()
        act(page)
        page.get_by_role("button", name="Save").click()
        page.get_by_role("status").get_by_text("Saved.").wait_for()
        return plug.saved()


def test_settings(browser: Browser) -> None:
    def act(page: Any) -> None:
        page.get_by_label("Name", exact=True).fill('Küche "<🔌>"')
        page.get_by_label("When power").select_option("last")
        page.get_by_label("Light off").uncheck()
        page.get_by_label("Port of the hub").fill("7261")
        page.get_by_label("Password of the device page", exact=True).fill("another <one>")

    assert save(browser, act) == {
        "settings": {
            "name": 'Küche "<🔌>"',
            "power_on": "last",
            "led_dark": False,
            "hub": {"host": "192.168.1.9", "port": 7261},
            "page_password": "another <one>",
        }
    }
    assert save(browser, lambda page: None) == {"settings": {}}
    remove = "Remove: Password of the device page"
    gone = save(browser, lambda page: page.get_by_role("button", name=remove).click())
    assert gone == {"settings": {"page_password": None}}


def test_wrong_settings(browser: Browser) -> None:
    with device_page(browser) as (page, plug):
        page.locator("summary").click()
        page.locator("[id='hub.port']").fill("0")
        page.get_by_role("button", name="Save").click()
        assert page.locator("[id='hub.port-error']").inner_text() == "A number from 1 to 65535."
        assert page.evaluate("document.activeElement.id") == "hub.port"
        page.locator("[id='hub.port']").fill("7262")
        page.locator("#name").fill("Hall")
        plug.answers["/save"] = (422, {"field": "name", "code": "length"})
        page.get_by_role("button", name="Save").click()
        page.locator("#name-error").get_by_text("At most 32").wait_for()
        plug.state["name"] = "Elsewhere"
        plug.state["config"]["name"] = "Elsewhere"
        polled(page, plug)
        assert page.locator("#name").input_value() == "Hall"


def test_restart_asks_once_more(browser: Browser) -> None:
    with device_page(browser) as (page, plug):
        page.clock.install()
        page.get_by_role("button", name="Restart").click()
        assert plug.got[1:] == []
        page.get_by_role("button", name="Really?").click()
        page.get_by_role("alert").get_by_text("Restarting").wait_for()
        assert plug.got[1:] == [("/restart", {})]
        assert page.locator("#inside").is_hidden()


def test_logged_out_and_lost(browser: Browser) -> None:
    with device_page(browser) as (page, plug):
        plug.broken = True
        page.get_by_text("No answer from the plug").wait_for()
        plug.broken = False
        page.get_by_text("No answer from the plug").wait_for(state="hidden")
        plug.answers["/relay"] = (401, {"code": "login"})
        page.get_by_role("switch").click()
        page.get_by_role("alert").get_by_text("log in again").wait_for()
        assert page.locator("#inside").is_hidden()
        assert page.evaluate("document.activeElement.id") == "password"
        polls = plug.polls
        page.wait_for_timeout(300)
        assert plug.polls == polls


@pytest.mark.parametrize(
    ("locale", "scheme", "size"), [("en-US", "light", PHONE), ("de-DE", "dark", SMALL_PHONE)]
)
def test_axe_and_width(browser: Browser, locale: str, scheme: Scheme, size: tuple[int, int]) -> None:
    with device_page(browser, locale, scheme, size, name="W" * 32) as (page, _):
        page.locator("summary").click()
        assert page.evaluate("document.documentElement.lang") == locale[:2]
        assert complaints(page) == []
        assert overflow(page) == 0
        shot(page, "device" if locale == "en-US" else "device-de-dark")
