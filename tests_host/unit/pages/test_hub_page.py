"""The hub's page in Chromium, at the size of phones."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests_host.system.browser import PHONE, SMALL_PHONE, Scheme, phone
from tests_host.system.hub_page import fine, log_in, served_hub
from tests_host.unit.cli.conftest import Server


@pytest.fixture(params=["none", "two"])
def served(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A hub without any device, and with two."""
    with served_hub() as server:
        if request.param == "none":
            server.hub.known.clear()
        yield server


@pytest.mark.parametrize("size", [PHONE, SMALL_PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_on_a_phone(
    browser: Browser, served: Server, size: tuple[int, int], scheme: Scheme
) -> None:
    with phone(browser, size, scheme=scheme) as page:
        log_in(page, served)
        page.get_by_role("heading", name="Devices").wait_for()
        fine(page)
