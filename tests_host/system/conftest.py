"""One browser for each module that wants one, and a hub's pages for each test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests_host.system.browser import chromium
from tests_host.system.hub_page import served_hub
from tests_host.unit.cli.conftest import Server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium() as found:
        yield found


@pytest.fixture
def served() -> Iterator[Server]:
    """A hub with two plugs, one of them offline, and a password."""
    with served_hub() as server:
        yield server
