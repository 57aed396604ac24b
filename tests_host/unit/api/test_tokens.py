"""Tokens under /api/v1."""

from typing import Any

import httpx
import pytest

from tests_host.unit.api.fake import FakeHub
from tests_host.unit.api.test_devices import check_problem

TOKENS = "/api/v1/tokens"


async def test_a_token_is_shown_once_works_and_ends(
    client: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    made = await client.post(TOKENS, json={"name": "cron", "scope": "read"})
    assert made.status_code == 201
    bearer = {"authorization": f"Bearer {made.json()['token']}"}
    assert (await stranger.get("/api/v1/devices", headers=bearer)).status_code == 200
    listed = await client.get(TOKENS)
    (one,) = listed.json()
    assert (one["name"], one["scope"]) == ("cron", "read")
    assert one["used_ms"] >= one["created_ms"] > 0
    assert made.json()["token"] not in listed.text
    assert (await client.delete(f"{TOKENS}/cron")).status_code == 204
    check_problem(await stranger.get("/api/v1/devices", headers=bearer), 401, "login-needed")
    check_problem(await client.delete(f"{TOKENS}/cron"), 404, "token-unknown")


@pytest.mark.parametrize(
    ("body", "status", "name"),
    [
        ({"name": "cron", "scope": "read"}, 409, "token-exists"),
        ({"name": "", "scope": "read"}, 422, "bad-name"),
        ({"name": "new", "scope": "root"}, 422, "invalid-request"),
        ({"name": "new"}, 422, "invalid-request"),
        ({"name": "new", "scope": "read", "token": "mine"}, 422, "invalid-request"),
    ],
)
async def test_tokens_that_cannot_be(
    client: httpx.AsyncClient, hub: FakeHub, body: dict[str, Any], status: int, name: str
) -> None:
    await client.post(TOKENS, json={"name": "cron", "scope": "admin"})
    check_problem(await client.post(TOKENS, json=body), status, name)
    assert [token.name for token in hub.access.tokens] == ["cron"]


async def test_an_invalid_password_is_not_repeated(client: httpx.AsyncClient) -> None:
    answer = await client.put("/api/v1/password", json={"password": ["my secret"]})
    assert "my secret" not in answer.text
    check_problem(answer, 422, "invalid-request")
