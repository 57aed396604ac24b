"""The setting of the wall switch, on both pages of a board that has an input for one."""

import pytest
from playwright.sync_api import Browser

from tests_host.unit.pages.opened import device_page, setup_page

# How much wider than its field, arrow and padding apart, the longest choice is.
TOO_WIDE = """select => {
  const style = getComputedStyle(select);
  const pen = document.createElement('canvas').getContext('2d');
  pen.font = style.font;
  const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return Math.max(...[...select.options].map(each => pen.measureText(each.text).width)) - room + 24;
}"""
KINDS = ["toggle", "push", "off"]


@pytest.mark.parametrize(("locale", "label"), [("en-US", "Wall switch"), ("de-DE", "Wandschalter")])
def test_on_the_device_page(browser: Browser, locale: str, label: str) -> None:
    with device_page(browser, locale, model="mini") as (page, plug):
        page.locator("summary").click()
        field = page.get_by_label(label)
        assert field.input_value() == "toggle"
        assert field.locator("option").evaluate_all("all => all.map(each => each.value)") == KINDS
        assert page.locator("#power_on option").evaluate_all("all => all.map(each => each.value)") == [
            "off",
            "on",
            "last",
        ]
        field.select_option("push")
        page.locator("#form button.main").click()
        page.wait_for_function("() => document.getElementById('status').textContent")
        assert plug.saved() == {"settings": {"switch": "push"}}


def test_on_the_setup_page(browser: Browser) -> None:
    with setup_page(browser, model="mini", config={"switch": "off"}) as (page, plug):
        page.locator("#more summary").click()
        field = page.get_by_label("Wall switch")
        assert field.input_value() == "off"
        field.select_option("toggle")
        page.get_by_label("Home").check()
        page.locator("#password").fill("secret12")
        with page.expect_response("**/save"):
            page.locator("#submit").click()
        assert plug.saved()["settings"]["switch"] == "toggle"


@pytest.mark.parametrize("locale", ["en-US", "de-DE"])
def test_no_choice_is_cut_off_on_a_phone(browser: Browser, locale: str) -> None:
    with device_page(browser, locale, model="mini") as (page, _):
        page.locator("summary").click()
        assert page.locator("#switch").evaluate(TOO_WIDE) <= 0
        assert page.locator("#power_on").evaluate(TOO_WIDE) <= 0


def test_not_without_an_input(browser: Browser) -> None:
    with device_page(browser) as (page, _):
        assert page.locator("#power_on").count() == 1
        assert page.locator("#switch").count() == 0
