"""The hub's page about join codes in Chromium, at the size of a phone, in both colour schemes."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from tests_host.system.browser import SMALL_PHONE, Scheme, hosts, phone, shot
from tests_host.system.hub_page import fine, log_in
from tests_host.unit.api.fake import CODE, KITCHEN
from tests_host.unit.cli.conftest import Server


def change(server: Server, state: str) -> None:
    """The only code has a new state."""
    code = replace(server.hub.open_codes[1], state=state, guid=KITCHEN)
    server.hub.open_codes[1] = code
    server.call(lambda: server.hub.events.publish("join-code", id=1, state=state, guid=KITCHEN))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_code_is_made_read_and_taken(browser: Browser, served: Server, scheme: Scheme) -> None:
    with phone(browser, SMALL_PHONE, scheme=scheme) as page:
        asked = hosts(page)
        log_in(page, served)
        page.get_by_role("button", name="Add a device").click()
        page.get_by_text(CODE, exact=True).wait_for()
        page.get_by_text("min").wait_for()
        box = page.get_by_role("img", name="The join code as a QR code").bounding_box()
        assert box
        assert box["width"] == pytest.approx(box["height"], abs=1)
        assert box["width"] > 180
        fine(page)
        shot(page, f"join-code-{scheme}")
        for state, words in (("taken", "is joining"), ("used", "has joined")):
            change(served, state)
            page.get_by_role("status").get_by_text(words).wait_for()
        page.get_by_role("link", name="Done").click()
        page.get_by_text("Kitchen: has joined").wait_for()
        fine(page)
        assert asked == {served.url.removeprefix("http://")}


def test_a_code_that_nobody_takes_expires_on_the_page(browser: Browser, served: Server) -> None:
    with phone(browser) as page:
        page.clock.install()
        log_in(page, served)
        page.get_by_role("button", name="Add a device").click()
        page.get_by_text("Waits for a device").wait_for()
        page.clock.fast_forward("15:01")
        page.get_by_role("status").get_by_text("has expired").wait_for()
        page.get_by_text("(over)").wait_for()


def test_the_list_follows_and_a_code_is_cancelled(browser: Browser, served: Server) -> None:
    with phone(browser) as page, phone(browser) as other:
        log_in(page, served)
        log_in(other, served)
        other.get_by_role("button", name="Add a device").click()
        other.get_by_role("link", name="Done").click()
        change(served, "waiting")
        page.get_by_text("code waits until").wait_for()
        fine(page)
        shot(page, "join-codes")
        with page.expect_response(f"{served.url}/devices"):  # afterwards the script of the new page works
            page.get_by_role("button", name="Cancel join code 1").click()
        page.get_by_text("code waits until").wait_for(state="detached")
        assert served.hub.open_codes == {}
        page.get_by_role("switch", name="Kitchen Relay").click()  # forms of cards still go by script
        page.locator("[aria-checked=true]").wait_for()
        assert page.url == f"{served.url}/"


def test_without_javascript_a_code_is_shown_and_ended(browser: Browser, served: Server) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, served)
    page.get_by_role("button", name="Add a device").click()
    assert page.get_by_text(CODE, exact=True).is_visible()
    assert page.get_by_text("Valid until").is_visible()
    page.get_by_role("button", name="Cancel this code").click()
    assert page.url == f"{served.url}/"
    assert served.hub.open_codes == {}
    context.close()
