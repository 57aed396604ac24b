"""The app around a fake hub, called in the process."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from tests_host.unit.api.fake import CELLAR, KITCHEN, FakeHub, plug
from tests_host.unit.api.person import PASSWORD, log_in
from twig.hub.access import OWNER, passwords
from twig.hub.api import create_app


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords that these tests set cost little; tests of the passwords themselves take the real cost."""
    monkeypatch.setattr(passwords, "COST", 4)


@pytest.fixture
def hub() -> FakeHub:
    """Two plugs, the one in the cellar offline."""
    return FakeHub(plug(KITCHEN, "Kitchen"), plug(CELLAR, "Cellar", online=False))


@pytest.fixture
def app(hub: FakeHub) -> FastAPI:
    """The application under test."""
    return create_app(hub)


@pytest.fixture
async def stranger(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody whom the hub does not know; keeps the cookies that it gets."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as opened:
        yield opened


@pytest.fixture
async def client(app: FastAPI, hub: FakeHub) -> AsyncIterator[httpx.AsyncClient]:
    """A program on the hub's own computer, which has the local token."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {hub.access.local}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1:8080", headers=headers
    ) as opened:
        yield opened


@pytest.fixture
async def person(stranger: httpx.AsyncClient, hub: FakeHub) -> httpx.AsyncClient:
    """A browser that has logged in."""
    await hub.access.set_password(OWNER, PASSWORD)
    assert (await log_in(stranger)).headers["location"] == "/"
    return stranger
