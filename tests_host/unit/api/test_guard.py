"""Who may ask, and who may change something."""

import httpx
import pytest

from tests_host.unit.api.fake import KITCHEN, FakeHub
from twig.hub.api import create_app

RELAY = f"/api/v1/devices/{KITCHEN}/ios/1"
FORM = f"/devices/{KITCHEN}/ios/1"


async def put(client: httpx.AsyncClient, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return (await client.put(RELAY, json={"value": True}, headers=named)).status_code


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8080",
        "127.8.9.1",
        "localhost",
        "LOCALHOST:8080",
        "hub.localhost:1",
        "[::1]:8080",
        "localhost.",
    ],
)
async def test_loopback_names(client: httpx.AsyncClient, host: str) -> None:
    assert await put(client, host=host) == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8080", "", "[", "192.0.2.1", "a:b:c"],
)
async def test_foreign_names_are_refused_even_for_reading(client: httpx.AsyncClient, host: str) -> None:
    assert await put(client, host=host) == 403
    assert (await client.get("/api/v1/devices", headers={"host": host})).status_code == 403


async def test_an_address_that_the_hub_was_told_to_listen_at(hub: FakeHub) -> None:
    own = FakeHub(*hub.devices(), http_host="192.0.2.1")
    transport = httpx.ASGITransport(create_app(own))
    headers = {"Authorization": f"Bearer {own.access.local}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://192.0.2.1:8080", headers=headers
    ) as client:
        assert await put(client) == 200


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8080", "HTTP://127.0.0.1:8080"])
async def test_own_origin(client: httpx.AsyncClient, origin: str) -> None:
    assert await put(client, origin=origin, sec_fetch_site="same-origin") == 200


async def test_own_origin_by_https_at_its_usual_port(client: httpx.AsyncClient) -> None:
    client.base_url = httpx.URL("https://localhost")
    assert await put(client, origin="https://localhost", sec_fetch_site="same-origin") == 200
    assert await put(client, origin="http://localhost") == 403


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "http://127.0.0.1:3000",
        "http://localhost:8080",
        "http://127.0.0.1",
        "x",
        "",
    ],
)
async def test_foreign_origins(client: httpx.AsyncClient, origin: str, hub: FakeHub) -> None:
    assert await put(client, origin=origin) == 403
    answer = await client.post(FORM, data={"value": "on"}, headers={"origin": origin})
    assert answer.status_code == 403
    assert hub.device(KITCHEN).ios[0].value is False


@pytest.mark.parametrize(("site", "status"), [("cross-site", 403), ("same-site", 403), ("none", 200)])
async def test_what_the_browser_says_about_the_site(
    client: httpx.AsyncClient, site: str, status: int
) -> None:
    assert await put(client, sec_fetch_site=site) == status


async def test_no_page_elsewhere_may_read_answers(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/devices", headers={"origin": "http://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]
