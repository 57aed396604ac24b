"""The hub's pages in a browser: a served hub with a password, and the way in."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, expect

from tests_host.system.browser import ACTION_MS, complaints, overflow
from tests_host.unit.api.fake import CELLAR, KITCHEN, FakeHub, plug
from tests_host.unit.cli.conftest import Server
from twig.hub.access import OWNER

PASSWORD = "correct horse battery"


@contextmanager
def served_hub() -> Iterator[Server]:
    """A hub with two plugs, one of them offline, and a password."""
    server = Server(FakeHub(plug(KITCHEN, "Kitchen"), plug(CELLAR, "Cellar", online=False)))
    server.start()
    done(server, server.hub.access.set_password(OWNER, PASSWORD))
    try:
        yield server
    finally:
        server.stop()


def done(server: Server, work: Coroutine[Any, Any, Any]) -> None:
    """Run something in the server's thread to its end."""
    asyncio.run_coroutine_threadsafe(work, server.loop).result(ACTION_MS / 1000)


def log_in(page: Page, server: Server) -> None:
    """By keyboard alone: the password has the focus."""
    page.goto(server.url)
    assert page.url == f"{server.url}/login"
    expect(page.get_by_label("Name")).to_have_value(OWNER)
    expect(page.get_by_label("Password")).to_be_focused()  # a moment after the page has loaded
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.url}/")


def fine(page: Page) -> None:
    """Accessible, and nothing beside the screen."""
    assert complaints(page) == []
    assert overflow(page) == 0
