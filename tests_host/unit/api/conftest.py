"""The app around a fake hub, called in the process."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from tests_host.unit.api.fake import CELLAR, KITCHEN, FakeHub, plug
from twig.hub.api import create_app


@pytest.fixture
def hub() -> FakeHub:
    """Two plugs, the one in the cellar offline."""
    return FakeHub(plug(KITCHEN, "Kitchen"), plug(CELLAR, "Cellar", online=False))


@pytest.fixture
def app(hub: FakeHub) -> FastAPI:
    """The application under test."""
    return create_app(hub)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A program on the hub's own computer."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as opened:
        yield opened
