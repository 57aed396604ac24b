"""The hub's page in Chromium, at the size of phones."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests_host.system.browser import PHONE, SMALL_PHONE, Scheme, complaints, overflow, phone
from tests_host.unit.api.fake import CELLAR, KITCHEN, FakeHub, plug
from tests_host.unit.cli.conftest import Server


@pytest.fixture(params=[0, 2])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """Of a hub without any device, and with two."""
    served = Server(
        FakeHub(*[plug(KITCHEN, "Kitchen"), plug(CELLAR, "Cellar", online=False)][: request.param])
    )
    yield served.start()
    served.stop()


@pytest.mark.parametrize("size", [PHONE, SMALL_PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_on_a_phone(
    browser: Browser, address: str, size: tuple[int, int], scheme: Scheme
) -> None:
    with phone(browser, size, scheme=scheme) as page:
        page.goto(address)
        page.get_by_role("heading", name="Devices").wait_for()
        assert complaints(page) == []
        assert overflow(page) == 0
