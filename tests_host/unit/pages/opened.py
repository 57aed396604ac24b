"""Opens a page of a fake plug on a phone, and waits for its first state."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

from tests_host.system.browser import PHONE, Scheme, hosts, phone
from tests_host.unit.pages.fake import DEVICE, PASSWORD, SETUP, FakePlug, serving

HURRY = 20  # a poll each 50 ms
POLLS = 3  # after so many more a change of the plug's state has surely been shown


@contextmanager
def setup_page(
    browser: Browser,
    locale: str = "en-US",
    scheme: Scheme = "light",
    size: tuple[int, int] = PHONE,
    hurry: int = HURRY,
    **state: Any,
) -> Iterator[tuple[Page, FakePlug]]:
    """The setup page of a plug in that state, and the plug; no request may go to another host."""
    with (
        serving(FakePlug("setup.html", {**SETUP, **state})) as plug,
        phone(browser, size, locale, scheme, hurry) as page,
    ):
        asked = hosts(page)
        page.goto(plug.origin)
        page.get_by_text("Twig-A1B2C3").wait_for()
        yield page, plug
        assert asked - {"data"} == {plug.origin.split("/")[2]}


@contextmanager
def device_page(
    browser: Browser,
    locale: str = "en-US",
    scheme: Scheme = "light",
    size: tuple[int, int] = PHONE,
    **state: Any,
) -> Iterator[tuple[Page, FakePlug]]:
    """The device page behind its login, and the plug; no request may go to another host."""
    with (
        serving(FakePlug("device.html", {**DEVICE, **state})) as plug,
        phone(browser, size, locale, scheme, HURRY) as page,
    ):
        asked = hosts(page)
        page.goto(plug.origin)
        page.locator("#password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.locator("#relay0").wait_for()
        yield page, plug
        assert asked - {"data"} == {plug.origin.split("/")[2]}


def polled(page: Page, plug: FakePlug) -> None:
    """Wait until the page has seen the plug's state as it is now."""
    wanted = plug.polls + POLLS
    while plug.polls < wanted:
        page.wait_for_timeout(20)
