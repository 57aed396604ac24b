"""The hub's pages in Chromium: logging in by keyboard, switching, access, the end of a login."""

import pytest
from playwright.sync_api import Browser, expect

from tests_host.system.browser import SMALL_PHONE, Scheme, phone, shot
from tests_host.system.hub_page import PASSWORD, done, fine, log_in
from tests_host.unit.api.fake import KITCHEN, FakeHub
from tests_host.unit.cli.conftest import Server

EVIL = '<form method="post" action="%s"><input name="value" value="on"><button>Win</button></form>'
TALL_PHONE = (390, 844)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [TALL_PHONE, SMALL_PHONE], ids=["390", "320"])
def test_every_page_is_accessible_on_a_phone(
    served: Server, browser: Browser, scheme: Scheme, size: tuple[int, int]
) -> None:
    with phone(browser, size, scheme=scheme) as page:
        page.goto(served.url)
        fine(page)
        shot(page, f"login-{scheme}-{size[0]}")
        page.get_by_label("Password").fill("wrong password")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("alert")).to_contain_text("Name or password is wrong")
        fine(page)
        log_in(page, served)
        fine(page)
        page.get_by_role("link", name="Access").click()
        page.get_by_label("Name of a new token").fill("x" * 40)
        page.get_by_role("button", name="Make a token").click()
        expect(page.get_by_role("status")).to_contain_text("twig_")
        fine(page)
        shot(page, f"access-{scheme}-{size[0]}")


def test_the_script_switches_and_the_login_ends_the_page(served: Server, browser: Browser) -> None:
    with phone(browser) as page:
        with page.expect_response(f"{served.url}/devices"):  # afterwards the script waits for events
            log_in(page, served)
        relay = page.get_by_role("switch", name="Kitchen Relay")
        relay.click()
        expect(relay).to_be_checked()
        assert served.hub.device(KITCHEN).ios[0].value is True
        done(served, served.hub.access.sessions.end_all(1))
        served.call(lambda: served.hub.events.publish("value", guid=KITCHEN, io=1, value=True))
        page.wait_for_url(f"{served.url}/login")


def test_a_switch_after_the_login_has_ended_leads_to_the_form(served: Server, browser: Browser) -> None:
    with phone(browser) as page:
        with page.expect_response(f"{served.url}/devices"):  # afterwards the script waits for events
            log_in(page, served)
        done(served, served.hub.access.sessions.end_all(1))
        page.get_by_role("switch", name="Kitchen Relay").click()
        page.wait_for_url(f"{served.url}/login")
        assert served.hub.device(KITCHEN).ios[0].value is False


def test_no_script_is_needed(served: Server, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    try:
        log_in(page, served)
        page.get_by_role("switch", name="Kitchen Relay").click()
        expect(page.get_by_role("switch", name="Kitchen Relay")).to_be_checked()
        page.goto(f"{served.url}/access")
        page.get_by_label("Name of a new token").fill("cron")
        page.get_by_role("button", name="Make a token").click()
        page.get_by_role("button", name="Revoke cron").click()
        expect(page.get_by_text("There are none.")).to_be_visible()
        page.get_by_role("button", name="Log out").click()
        page.wait_for_url(f"{served.url}/login")
        page.goto(served.url)
        assert page.url == f"{served.url}/login"
    finally:
        context.close()


def test_a_new_password_logs_other_browsers_out(served: Server, browser: Browser) -> None:
    with phone(browser) as page, phone(browser) as other:
        log_in(other, served)
        log_in(page, served)
        page.get_by_role("link", name="Access").click()
        page.get_by_label("Present password").fill(PASSWORD)
        page.get_by_label("New password").fill("another password")
        page.get_by_role("button", name="Change the password").click()
        expect(page.get_by_role("status")).to_contain_text("is changed")
        fine(page)
        other.reload()
        assert other.url == f"{served.url}/login"


def test_a_foreign_page_can_do_nothing_with_the_cookie(served: Server, browser: Browser) -> None:
    """Another port of the same computer is the same site to a browser: it does send the cookie."""
    other = Server(FakeHub())
    other.start()
    try:
        with phone(browser) as page:
            log_in(page, served)
            page.goto(f"{other.url}/login")
            form = f"{served.url}/devices/{KITCHEN}/ios/1"
            page.route(
                f"{other.url}/evil",
                lambda route: route.fulfill(
                    content_type="text/html",
                    body=EVIL % form,
                ),
            )
            page.goto(f"{other.url}/evil")
            with page.expect_response(form) as answer:
                page.get_by_role("button").click()
            assert answer.value.status == 403
        assert served.hub.device(KITCHEN).ios[0].value is False
    finally:
        other.stop()
