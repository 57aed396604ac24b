"""One browser for each module, and a page in it for each test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests_host.system.browser import chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium() as browser:
        yield browser
