"""What the setup page shows of a trial, of a search, of a locked plug; in both languages."""

import pytest
from playwright.sync_api import Browser, Page

from tests_host.system.browser import shot
from tests_host.unit.pages.fake import FakePlug
from tests_host.unit.pages.opened import polled, setup_page

CONFIG = {"wifi": [{"ssid": "Home", "password": "***"}], "page_password": "***"}
ADDRESS = "192.168.1.57"
FAILURES = {
    "en-US": {
        "wrong_password": "The password for “Home” is wrong.",
        "not_found": "“Home” was not found.",
        "no_address": "“Home” gave the plug no address.",
        "failed": "The connection to “Home” failed.",
    },
    "de-DE": {
        "wrong_password": "Das Passwort für „Home“ ist falsch.",
        "not_found": "„Home“ wurde nicht gefunden.",
        "no_address": "„Home“ hat der Steckdose keine Adresse gegeben.",
        "failed": "Die Verbindung mit „Home“ ist fehlgeschlagen.",
    },
}


def start(page: Page, plug: FakePlug) -> None:
    """Choose Home, type a password, and see the trial begin."""
    page.locator("[value='=Home']").check()
    page.locator("#password").fill("correct horse")
    again(page, plug)


def again(page: Page, plug: FakePlug) -> None:
    page.locator("#submit:not([aria-disabled=true])").click()
    page.locator("#status .busy").get_by_text("Home").wait_for()


@pytest.mark.parametrize("locale", FAILURES)
def test_failures(browser: Browser, locale: str) -> None:
    with setup_page(browser, locale) as (page, plug):
        start(page, plug)
        for state, text in FAILURES[locale].items():
            plug.trial(state)
            page.get_by_role("status").get_by_text(text).wait_for()
            assert page.evaluate("document.activeElement.id") == (
                "password" if state == "wrong_password" else "submit"
            )
            assert (page.locator("#password-error").inner_text() != "") == (state == "wrong_password")
            assert page.locator("#password").input_value() == "correct horse"
            assert page.locator("[value='=Home']").is_checked()
            again(page, plug)
        assert len(plug.got) == 1 + len(FAILURES[locale])


def test_connected(browser: Browser) -> None:
    with setup_page(browser, config={"page_password": "***"}) as (page, plug):
        start(page, plug)
        page.locator("#submit").dispatch_event("click")  # nothing: a trial runs
        plug.trial("connected", address=ADDRESS)
        page.get_by_role("heading", name="Connected to “Home”").wait_for()
        link = page.get_by_role("link")
        assert (link.inner_text(), link.get_attribute("href")) == (f"http://{ADDRESS}/",) * 2
        page.get_by_text("Connect your phone back to your Wi-Fi").wait_for()
        assert page.locator("#form").is_hidden()
        assert page.evaluate("document.activeElement.id") == "status"
        plug.broken = True  # the access point closes
        polled(page, plug)
        polled(page, plug)
        assert page.locator("#lost").inner_text() == ""
        assert page.get_by_role("heading", name="Connected").is_visible()
        plug.broken = False  # and opens again
        plug.trial("idle", "")
        page.locator("#form").wait_for()
        assert len(plug.got) == 1


def test_address_is_no_link_where_no_page_answers(browser: Browser) -> None:
    with setup_page(browser) as (page, plug):
        start(page, plug)
        plug.trial("connected", address=ADDRESS)
        page.get_by_text(f"http://{ADDRESS}/").wait_for()
        assert page.get_by_role("link").count() == 0


def test_outcome_without_what_changes_seldom(browser: Browser) -> None:
    with setup_page(browser) as (page, plug):
        start(page, plug)
        plug.missing = {"about", "networks"}  # the plug has no memory for them just now
        plug.state["config"] = {"wifi": [{"ssid": "Home", "password": "***"}]}
        plug.state["networks"] = []
        plug.trial("connected", address=ADDRESS)
        page.get_by_role("heading", name="Connected to “Home”").wait_for()


def test_trial_of_a_page_that_was_closed(browser: Browser) -> None:
    trial = {"state": "wrong_password", "ssid": "Home", "address": ""}
    with setup_page(browser, trial=trial) as (page, _):
        page.get_by_role("status").get_by_text("is wrong").wait_for()
        assert page.locator("[value='=Home']").is_checked()
        assert page.evaluate("document.activeElement.id") == "password"


def test_a_trial_that_never_begins(browser: Browser) -> None:
    with setup_page(browser) as (page, plug):
        start(page, plug)
        plug.trial("idle", "")  # the plug has lost its power in between
        page.get_by_role("alert").get_by_text("did not work").wait_for()
        again(page, plug)
        assert [body["network"]["password"] for _, body in plug.got] == ["correct horse"] * 2


def test_saved(browser: Browser) -> None:
    with setup_page(browser, config=CONFIG) as (page, plug):
        page.locator("#name").fill("Lamp")
        page.locator("#submit").click()
        page.get_by_role("status").get_by_text("Saved.").wait_for()
        plug.state["config"] = {**CONFIG, "name": "Lamp"}
        polled(page, plug)
        page.locator("#submit").click()
        polled(page, plug)
        assert [body for _, body in plug.got] == [{"settings": {"name": "Lamp"}}, {"settings": {}}]


def test_locked_until_the_button_is_pressed(browser: Browser) -> None:
    with setup_page(browser, config=CONFIG, reason="fallback", locked=True) as (page, plug):
        page.get_by_text("Press the button on the plug once").wait_for()
        shot(page, "setup-locked")
        assert page.locator("#submit").is_disabled()
        page.locator("#name").fill("Lamp")
        page.keyboard.press("Enter")
        page.locator("summary").click()
        assert page.get_by_role("button", name="Remove: Home").is_disabled()
        plug.state["locked"] = False
        page.get_by_text("Press the button").wait_for(state="hidden")
        assert page.locator("#submit").is_enabled()
        assert page.locator("#name").input_value() == "Lamp"
        assert plug.got == []


def test_search_again(browser: Browser) -> None:
    with setup_page(browser) as (page, plug):
        page.get_by_label("Café").check()
        scan = page.get_by_role("button", name="Search again")
        assert "pauses for a few seconds" in page.locator("#scan-hint").inner_text()
        scan.click()
        page.get_by_role("button", name="Searching").dispatch_event("click")  # nothing: a search runs
        polled(page, plug)
        plug.state["networks"] = [["Shed", -50, 1]]
        plug.state["scanning"] = False
        page.get_by_label("Shed").wait_for()
        scan.wait_for()
        assert plug.got == [("/scan", {})]
        assert page.get_by_role("radio", name="Café no signal").is_checked()
        assert page.get_by_role("radio", name="Home").count() == 0
        assert page.evaluate("document.activeElement.id") == "scan"


def test_search_that_the_plug_refuses(browser: Browser) -> None:
    with setup_page(browser) as (page, plug):
        plug.answers["/scan"] = (409, {"code": "busy"})
        page.locator("#scan").click()
        page.get_by_role("alert").get_by_text("still trying").wait_for()
        page.get_by_role("button", name="Search again").wait_for()


def test_time_left(browser: Browser) -> None:
    with setup_page(browser, left=130, reason="button") as (page, plug):
        assert page.locator("#left").inner_text().endswith(": 3")
        plug.state["left"] = None
        polled(page, plug)
        assert page.locator("#left").inner_text() == ""
