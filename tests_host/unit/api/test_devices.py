"""Devices, values and problems under /api/v1."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests_host.unit.api.fake import CELLAR, KITCHEN, FakeHub
from twig.hub import errors

API = "/api/v1"
RELAY = f"{API}/devices/{KITCHEN}/ios/1"


def check_problem(answer: httpx.Response, status: int, name: str) -> str:
    """The detail of an answer that must be a problem of this kind."""
    body = answer.json()
    assert answer.status_code == body["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(body) == {"type", "title", "status", "detail"}
    assert body["type"] == f"urn:twig:problem:{name}"
    return str(body["detail"])


async def test_devices(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{API}/devices")
    assert [(one["name"], one["online"]) for one in answer.json()] == [("Kitchen", True), ("Cellar", False)]


async def test_one_device_has_everything_the_hub_knows(client: httpx.AsyncClient) -> None:
    device = (await client.get(f"{API}/devices/{KITCHEN}")).json()
    assert device["status"]["heap_free"] == 18_432
    assert device["ios"][0] | {"limits": None} == device["ios"][0]
    assert device["ios"][2]["limits"] == {"minimum": 0.0, "maximum": 100.0, "step": 0.5}


async def test_put_answers_with_what_the_device_reported(client: httpx.AsyncClient, hub: FakeHub) -> None:
    answer = await client.put(RELAY, json={"value": True})
    assert (answer.status_code, answer.json()["value"]) == (200, True)
    assert hub.device(KITCHEN).ios[0].value is True


@pytest.mark.parametrize("guid", ["00000000-1111-4222-8333-444444444444", "not-a-guid", "%00", KITCHEN + "0"])
async def test_unknown_device(client: httpx.AsyncClient, guid: str) -> None:
    check_problem(await client.get(f"{API}/devices/{guid}"), 404, "device-unknown")
    check_problem(
        await client.put(f"{API}/devices/{guid}/ios/1", json={"value": True}), 404, "device-unknown"
    )
    check_problem(await client.post(f"{API}/devices/{guid}/query-ios"), 404, "device-unknown")


@pytest.mark.parametrize(("io", "name"), [("9", "io-unknown"), ("99999", "io-unknown"), ("x", "not-found")])
async def test_unknown_io(client: httpx.AsyncClient, io: str, name: str) -> None:
    check_problem(await client.put(f"{API}/devices/{KITCHEN}/ios/{io}", json={"value": True}), 404, name)


async def test_read_only_io(client: httpx.AsyncClient) -> None:
    answer = await client.put(f"{API}/devices/{KITCHEN}/ios/2", json={"value": True})
    assert check_problem(answer, 422, "not-writable") == "Button of Kitchen can be read only."


async def test_offline(client: httpx.AsyncClient) -> None:
    answer = await client.put(f"{API}/devices/{CELLAR}/ios/1", json={"value": True})
    check_problem(answer, 409, "device-offline")
    check_problem(await client.post(f"{API}/devices/{CELLAR}/query-ios"), 409, "device-offline")


@pytest.mark.parametrize(
    ("fault", "status", "name"),
    [
        (errors.WrongType("Relay takes bool."), 422, "wrong-type"),
        (errors.OutOfRange("0 to 100."), 422, "out-of-range"),
        (errors.NoAnswer("Kitchen", 5), 504, "no-answer"),
        (errors.Busy("Try again."), 503, "busy"),
        (errors.Refused("Kitchen", 9, "busy"), 502, "refused"),
        (errors.StoreError("The disk is full."), 500, "hub-error"),
    ],
)
async def test_faults(
    client: httpx.AsyncClient, hub: FakeHub, fault: errors.HubError, status: int, name: str
) -> None:
    hub.fault = fault
    assert check_problem(await client.put(RELAY, json={"value": True}), status, name) == fault.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"value": NaN}',
        b'{"value": [1, -Infinity]}',
        b'{"value": "\\ud800"}',
        b'{"value": true, "valve": 1}',
        b"\xff",
        b"[" * 60_000,
    ],
)
async def test_a_body_that_is_not_understood(client: httpx.AsyncClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await client.put(RELAY, content=body, headers=headers)
    check_problem(answer, 422 if answer.status_code == 422 else 400, "invalid-request")


async def chunks(count: int) -> AsyncIterator[bytes]:
    """A body whose length nobody announces."""
    for _ in range(count):
        yield b" " * 1_000


@pytest.mark.parametrize("content", [b" " * 200_000, chunks(200)])
async def test_a_body_that_is_too_large(
    client: httpx.AsyncClient, content: bytes | AsyncIterator[bytes]
) -> None:
    answer = await client.put(RELAY, content=content, headers={"Content-Type": "application/json"})
    check_problem(answer, 413, "too-large")


async def test_query_ios(client: httpx.AsyncClient, hub: FakeHub) -> None:
    assert (await client.post(f"{API}/devices/{KITCHEN}/query-ios")).json()["guid"] == KITCHEN
    assert hub.queried == [KITCHEN]


CONFIG = f"{API}/devices/{KITCHEN}/config"


async def test_config(client: httpx.AsyncClient, hub: FakeHub) -> None:
    assert (await client.get(CONFIG)).json()["wifi"] == [{"ssid": "home", "password": "***"}]
    answer = await client.patch(CONFIG, json={"name": "Küche", "hub": None})
    assert (answer.status_code, answer.json()) == (202, {"accepted": ["hub", "name"]})
    assert hub.patches == [{"name": "Küche", "hub": None}]


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"name"', b'{"a": NaN}', b'{"name": "\\ud800"}'])
async def test_config_that_is_no_patch(client: httpx.AsyncClient, hub: FakeHub, body: bytes) -> None:
    answer = await client.patch(CONFIG, content=body, headers={"Content-Type": "application/json"})
    check_problem(answer, 422, "invalid-request")
    assert hub.patches == []


async def test_config_that_the_device_does_not_take(client: httpx.AsyncClient, hub: FakeHub) -> None:
    hub.fault = errors.BadSetting("nmae is not a setting of this device.")
    assert check_problem(await client.patch(CONFIG, json={"nmae": 1}), 422, "bad-setting") == hub.fault.text
    offline = await client.patch(f"{API}/devices/{CELLAR}/config", json={"name": "x"})
    check_problem(offline, 409, "device-offline")


async def test_health(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"{API}/health")).json() == {"status": "ok", "devices": 2}


async def test_unknown_paths_and_methods_are_problems_too(client: httpx.AsyncClient) -> None:
    check_problem(await client.get(f"{API}/nothing"), 404, "http")
    answer = await client.delete(RELAY)
    check_problem(answer, 405, "http")
    assert answer.headers["allow"] == "PUT"


async def test_a_bug_tells_the_client_nothing(client: httpx.AsyncClient, hub: FakeHub) -> None:
    hub.known = None  # type: ignore[assignment]
    assert "None" not in check_problem(await client.get(f"{API}/devices/{KITCHEN}"), 500, "internal")


def references(node: Any) -> set[str]:
    """Every $ref below `node`."""
    if isinstance(node, dict):
        return {node["$ref"]} if "$ref" in node else set().union(*map(references, node.values()))
    return set().union(*map(references, node)) if isinstance(node, list) else set()


async def test_openapi_describes_problems_and_nothing_that_is_missing(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    document = (await client.get(f"{API}/openapi.json")).json()
    assert all(ref.split("/")[-1] in document["components"]["schemas"] for ref in references(document))
    put = document["paths"]["/api/v1/devices/{guid}/ios/{io}"]["put"]["responses"]
    assert {"200", "403", "404", "409", "422", "504"} <= set(put)
    assert "application/problem+json" in put["422"]["content"]
    assert "HTTPValidationError" not in json.dumps(document)
    assert "http://" not in json.dumps(document)
