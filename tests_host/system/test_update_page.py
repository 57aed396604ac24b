"""A device's update on the hub's page in Chromium, in both colour schemes, on a phone and a desktop."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests_host.system.browser import SMALL_PHONE, Scheme, phone, shot
from tests_host.system.hub_page import fine, log_in
from tests_host.unit.api.fake import CELLAR, KITCHEN
from tests_host.unit.cli.conftest import Server

DESKTOP = (1280, 800)


def goes(server: Server, state: str, percent: int = 0, reason: str = "", guid: str = KITCHEN) -> None:
    """A plug is so far."""
    server.call(lambda: server.hub.progress(guid, state, percent, reason))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [SMALL_PHONE, DESKTOP], ids=["320", "1280"])
def test_the_card_follows_an_update(
    browser: Browser, served: Server, scheme: Scheme, size: tuple[int, int]
) -> None:
    with phone(browser, size, scheme=scheme) as page:
        with page.expect_response(f"{served.url}/devices"):
            log_in(page, served)
        goes(served, "fetching", 50)
        bar = page.get_by_role("progressbar", name="Kitchen Update to 0.2.0: fetching 50 %")
        expect(bar).to_have_js_property("value", 40)
        goes(served, "rolled back", 100, "no hub within 5 minutes of its start", CELLAR)
        page.get_by_text("no hub within 5 minutes").wait_for()
        fine(page)
        shot(page, f"update-{scheme}-{size[0]}")
        goes(served, "trial", 100)
        expect(page.get_by_role("progressbar")).to_have_js_property("value", 90)
        goes(served, "confirmed", 100)
        page.get_by_text("Updated to 0.2.0", exact=True).wait_for()
        expect(page.get_by_role("progressbar")).to_have_count(0)
        fine(page)


def spoken(page: Page) -> str:
    """What a screen reader was told last."""
    return page.locator("#said").inner_text()


def test_a_screen_reader_hears_each_state_once(browser: Browser, served: Server) -> None:
    with phone(browser) as page:
        with page.expect_response(f"{served.url}/devices"):
            log_in(page, served)
        goes(served, "fetching", 10)
        expect(page.locator("#said")).to_have_text("Kitchen Update to 0.2.0: fetching")
        page.evaluate("document.getElementById('said').textContent = ''")
        goes(served, "fetching", 20)
        page.get_by_text("fetching 20 %").wait_for()
        assert spoken(page) == ""
        goes(served, "trial", 100)
        expect(page.locator("#said")).to_have_text("Kitchen Update to 0.2.0: on trial")
