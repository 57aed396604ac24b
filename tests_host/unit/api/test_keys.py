"""Join codes and keys under /api/v1."""

from dataclasses import replace

import httpx
import pytest

from tests_host.unit.api.fake import CELLAR, CODE, KITCHEN, FakeHub
from tests_host.unit.api.test_devices import check_problem
from twig.hub.errors import Busy

API = "/api/v1"
CODES = f"{API}/join-codes"


@pytest.fixture(autouse=True)
def key(hub: FakeHub) -> None:
    """The plug in the kitchen has a key."""
    hub.known[KITCHEN] = replace(hub.device(KITCHEN), key="present")


async def test_a_code_is_shown_once(client: httpx.AsyncClient, hub: FakeHub) -> None:
    answer = await client.post(CODES, json={})
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/json"
    made = answer.json()
    assert (made["code"], made["for_guid"], hub.minutes) == (CODE, None, 15)
    assert answer.headers["cache-control"] == "no-store"
    del made["code"]
    assert (await client.get(CODES)).json() == [{**made, "guid": None, "state": "waiting"}]


async def test_a_code_for_a_device_and_a_time(client: httpx.AsyncClient, hub: FakeHub) -> None:
    answer = await client.post(CODES, json={"for_guid": KITCHEN, "minutes": 5})
    assert (answer.json()["for_guid"], hub.minutes) == (KITCHEN, 5)
    unknown = await client.post(CODES, json={"for_guid": KITCHEN.replace("1", "2")})
    check_problem(unknown, 404, "device-unknown")


@pytest.mark.parametrize("minutes", [0, -1, 1_441, 1.5, "15", True, None])
async def test_a_time_that_is_none(client: httpx.AsyncClient, minutes: object) -> None:
    check_problem(await client.post(CODES, json={"minutes": minutes}), 422, "invalid-request")


async def test_too_many_codes(client: httpx.AsyncClient, hub: FakeHub) -> None:
    hub.fault = Busy("1,000 join codes are open.")
    assert check_problem(await client.post(CODES, json={}), 503, "busy") == hub.fault.text


async def test_a_code_is_ended(client: httpx.AsyncClient) -> None:
    number = (await client.post(CODES, json={})).json()["id"]
    answer = await client.delete(f"{CODES}/{number}")
    assert (answer.status_code, answer.content) == (204, b"")
    check_problem(await client.delete(f"{CODES}/{number}"), 404, "code-unknown")
    check_problem(await client.delete(f"{CODES}/x"), 404, "not-found")


async def test_keys_are_rotated_and_revoked(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"{API}/devices/{KITCHEN}")).json()["key"] == "present"
    answer = await client.post(f"{API}/devices/{KITCHEN}/rotate-key")
    assert (answer.status_code, answer.json()["key"]) == (202, "rotating")
    answer = await client.post(f"{API}/rotate-keys")
    assert (answer.status_code, [one["guid"] for one in answer.json()]) == (202, [KITCHEN])
    answer = await client.post(f"{API}/devices/{KITCHEN}/revoke-key")
    assert (answer.status_code, answer.json()["key"]) == (200, "none")


async def test_a_device_without_a_key_has_none_to_change(client: httpx.AsyncClient) -> None:
    check_problem(await client.post(f"{API}/devices/{CELLAR}/rotate-key"), 409, "no-key")
    assert (await client.post(f"{API}/devices/{CELLAR}/revoke-key")).json()["key"] == "none"
    for verb in ("rotate-key", "revoke-key"):
        check_problem(await client.post(f"{API}/devices/nobody/{verb}"), 404, "device-unknown")


async def test_a_foreign_page_gets_no_code(client: httpx.AsyncClient, hub: FakeHub) -> None:
    answer = await client.post(CODES, json={}, headers={"origin": "http://evil.example"})
    assert (answer.status_code, hub.open_codes) == (403, {})
