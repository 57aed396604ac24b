"""The setup page for everybody: keyboard, screen reader, small screens, both languages, a silent plug."""

import itertools
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests_host.system.browser import SMALL_PHONE, Scheme, complaints, overflow, phone, shot
from tests_host.unit.pages.fake import NETWORKS, SETUP, FakePlug, serving
from tests_host.unit.pages.opened import HURRY, polled, setup_page

LONG = "W" * 32
FULL: dict[str, Any] = {
    "config": {
        "name": "Lamp",
        "wifi": [{"ssid": LONG, "password": "***"}, {"ssid": "Garden", "password": "***"}],
        "page_password": "***",
        "ap_key": "***",
        "join_code": "***",
        "hub": {"host": "a-hub-with-a-long-name.example.org", "port": 7262},
    },
    "networks": [[LONG, -50, 1], ["🔌🏡 Zuhause", -64, 1], *NETWORKS],
    "reason": "button",
    "left": 540,
}
TARGET = 44  # pixels, what a finger hits
SMALL = """[...document.querySelectorAll('input, select, button, summary, a')].map(each => {
  const target = each.closest('label') || each, box = target.getBoundingClientRect();
  return [each.id || each.textContent || each.value, Math.min(box.width, box.height)];
}).filter(([, size]) => size > 0 && size < %d)"""


def check(page: Page) -> None:
    assert complaints(page) == []
    assert overflow(page) == 0
    assert page.evaluate(SMALL % TARGET) == []


@pytest.mark.parametrize(("locale", "scheme"), list(itertools.product(["en-GB", "de-AT"], ["light", "dark"])))
def test_axe_width_and_targets(browser: Browser, locale: str, scheme: Scheme) -> None:
    name = f"{locale[:2]}-{scheme}"
    with setup_page(browser, locale, scheme, SMALL_PHONE, **FULL) as (page, _):
        assert page.evaluate("document.documentElement.lang") == locale[:2]
        check(page)
        page.locator("summary").click()
        page.locator("#address").check()
        page.locator(f"[value='={LONG}']").check()
        page.get_by_role("radio", name="Other network" if locale == "en-GB" else "Anderes Netz").check()
        check(page)
        shot(page, f"setup-more-{name}")
        page.locator("#submit").click()
        assert page.locator("[aria-invalid=true]").count() > 4
        check(page)
        shot(page, f"setup-errors-{name}")


@pytest.mark.parametrize(("locale", "scheme"), [("en-US", "light"), ("de-DE", "dark")])
def test_the_way_through(browser: Browser, locale: str, scheme: Scheme) -> None:
    name = f"{locale[:2]}-{scheme}"
    with setup_page(browser, locale, scheme) as (page, plug):
        page.locator("[value='=Home']").check()
        page.locator("#password").fill("correct horse")
        page.locator("#name").fill("Lamp" if locale == "en-US" else "Lampe")
        page.locator("h1").click()
        shot(page, f"setup-{name}")
        page.locator("#submit").click()
        page.locator("#status .busy").get_by_text("Home").wait_for()
        check(page)
        shot(page, f"setup-connecting-{name}")
        plug.trial("connected", address="192.168.1.57")
        page.locator("#status h2").wait_for()
        check(page)
        shot(page, "setup-connected" if locale == "en-US" else f"setup-connected-{name}")


def test_keyboard_alone(browser: Browser) -> None:
    with setup_page(browser) as (page, plug):
        press = page.keyboard.press
        press("Tab")
        assert page.evaluate("document.activeElement.name") == "net"
        press("Space")
        assert page.get_by_label("Home").is_checked()
        press("Tab")
        page.keyboard.type("correct horse")
        press("Tab")
        assert page.evaluate("document.activeElement.ariaLabel") == "Show: Wi-Fi password"
        press("Space")
        assert page.locator("#password").get_attribute("type") == "text"
        assert page.evaluate("document.activeElement.ariaLabel") == "Hide: Wi-Fi password"
        press("Shift+Tab")
        assert page.locator("#password").evaluate("each => getComputedStyle(each).outlineStyle") == "solid"
        for _ in range(5):
            press("Tab")
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
        press("Enter")
        press("Tab")
        press("ArrowDown")
        for _ in range(40):
            if page.evaluate("document.activeElement.id") == "submit":
                break
            press("Tab")
        press("Enter")
        page.locator("#status").get_by_text("Connecting to").wait_for()
        assert plug.saved() == {
            "settings": {"power_on": "on"},
            "network": {"ssid": "Home", "password": "correct horse"},
        }


def test_signal_and_lock_have_words(browser: Browser) -> None:
    with setup_page(browser) as (page, _):
        for name in (
            "Home strong signal, with password",
            "Attic & Cellar good signal, with password",
            "Café weak signal, without password",
        ):
            assert page.get_by_role("radio", name=name, exact=True).count() == 1


def test_useful_before_the_plug_answers(browser: Browser) -> None:
    plug = FakePlug("setup.html", SETUP)
    plug.broken = True
    with serving(plug), phone(browser, hurry=HURRY) as page:
        page.goto(plug.origin)
        page.get_by_label("Name of the network").fill("Cellar")
        page.locator("#password").fill("long enough")
        page.get_by_text("No answer from the plug").wait_for()
        plug.broken = False
        page.get_by_label("Attic & Cellar").wait_for()
        page.get_by_text("No answer").wait_for(state="hidden")
        assert page.get_by_label("Other network").is_checked()
        page.locator("#submit").click()
        page.locator("#status").get_by_text("Connecting to").wait_for()
        assert plug.saved()["network"] == {"ssid": "Cellar", "password": "long enough"}


def test_focus_stays_when_the_list_changes(browser: Browser) -> None:
    with setup_page(browser) as (page, plug):
        page.get_by_label("Attic & Cellar").check()
        plug.state["networks"] = [["Attic & Cellar", -60, 1], ["Shed", -61, 1]]
        page.get_by_label("Shed").wait_for()
        polled(page, plug)
        assert page.evaluate("[document.activeElement.value, document.activeElement.checked]") == [
            "=Attic & Cellar",
            True,
        ]


def test_no_motion_for_those_who_want_none(browser: Browser) -> None:
    with setup_page(browser) as (page, plug):
        plug.trial("connecting")
        page.locator(".busy").wait_for()
        style = "getComputedStyle(document.querySelector('.busy')).animationName"
        assert page.evaluate(style) == "pulse"
        page.emulate_media(reduced_motion="reduce")
        assert page.evaluate(style) == "none"


def test_every_text_in_both_languages(browser: Browser) -> None:
    with setup_page(browser) as (page, _):
        texts = page.evaluate("TEXTS")
        assert len(texts) > 80
        for key, pair in texts.items():
            assert len(pair) == 2 and all(pair), key
            assert pair[0].count("{}") == pair[1].count("{}"), key
