"""Every route says what it needs, and keeps to it."""

import re
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from tests_host.unit.api.fake import KITCHEN, FakeHub
from tests_host.unit.api.test_devices import check_problem
from twig.hub.access import Scope
from twig.hub.api import create_app
from twig.hub.api.authorise import declared, open_to

API = "/api/v1"
NEEDS = {
    f"GET {API}/devices": Scope.READ,
    f"GET {API}/devices/{{guid}}": Scope.READ,
    f"PUT {API}/devices/{{guid}}/ios/{{io}}": Scope.CONTROL,
    f"POST {API}/devices/{{guid}}/query-ios": Scope.ADMIN,
    f"GET {API}/devices/{{guid}}/config": Scope.ADMIN,
    f"PATCH {API}/devices/{{guid}}/config": Scope.ADMIN,
    f"POST {API}/join-codes": Scope.ADMIN,
    f"GET {API}/join-codes": Scope.ADMIN,
    f"DELETE {API}/join-codes/{{id}}": Scope.ADMIN,
    f"POST {API}/devices/{{guid}}/rotate-key": Scope.ADMIN,
    f"POST {API}/rotate-keys": Scope.ADMIN,
    f"POST {API}/devices/{{guid}}/revoke-key": Scope.ADMIN,
    f"POST {API}/devices/{{guid}}/update": Scope.ADMIN,
    f"DELETE {API}/devices/{{guid}}/update": Scope.ADMIN,
    f"GET {API}/rollouts": Scope.READ,
    f"POST {API}/rollouts": Scope.ADMIN,
    f"GET {API}/rollouts/{{id}}": Scope.READ,
    f"POST {API}/rollouts/{{id}}/pause": Scope.ADMIN,
    f"POST {API}/rollouts/{{id}}/resume": Scope.ADMIN,
    f"POST {API}/rollouts/{{id}}/stop": Scope.ADMIN,
    f"GET {API}/releases": Scope.READ,
    f"POST {API}/releases": Scope.ADMIN,
    f"GET {API}/release-keys": Scope.READ,
    f"POST {API}/release-keys": Scope.ADMIN,
    f"DELETE {API}/release-keys/{{fingerprint}}": Scope.ADMIN,
    f"GET {API}/health": Scope.PUBLIC,
    f"GET {API}/tokens": Scope.ADMIN,
    f"POST {API}/tokens": Scope.ADMIN,
    f"DELETE {API}/tokens/{{name}}": Scope.ADMIN,
    f"PUT {API}/password": Scope.ADMIN,
    f"GET {API}/events": Scope.READ,
    f"GET {API}/openapi.json": Scope.PUBLIC,
    "GET /": Scope.READ,
    "GET /devices": Scope.READ,
    "GET /devices/{guid}": Scope.READ,
    "POST /devices/{guid}/ios/{io}": Scope.CONTROL,
    "POST /join-codes": Scope.ADMIN,
    "GET /join-codes": Scope.ADMIN,
    "POST /join-codes/{number}/cancel": Scope.ADMIN,
    "GET /rollouts": Scope.READ,
    "POST /rollouts/{number}/pause": Scope.ADMIN,
    "POST /rollouts/{number}/resume": Scope.ADMIN,
    "POST /rollouts/{number}/stop": Scope.ADMIN,
    "GET /events": Scope.READ,
    "GET /login": Scope.PUBLIC,
    "POST /login": Scope.PUBLIC,
    "POST /logout": Scope.READ,
    "GET /access": Scope.ADMIN,
    "POST /access/tokens": Scope.ADMIN,
    "POST /access/tokens/{name}/revoke": Scope.ADMIN,
    "POST /access/password": Scope.ADMIN,
}
CLOSED = {route: scope for route, scope in NEEDS.items() if scope > Scope.PUBLIC}
BODIES: dict[str, Any] = {
    "ios": {"value": True},
    "join-codes": {"minutes": 5},
    "config": {"name": "x"},
    "update": {"release": "0.2.0"},
    "rollouts": {"release": "0.2.0"},
    "tokens": {"name": "new", "scope": "read"},
    "release-keys": {"key": "none"},
    "password": {"password": "correct horse battery"},
}


def routes(app: FastAPI) -> dict[str, Any]:
    """Method and path of every route -> its function; static files, which anybody may have, are no route."""
    found = {}
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, Mount):
            assert route.original_route.path == "/static"
            continue
        for method in route.methods or ():
            found[f"{method} {route.path}"] = route.endpoint
    return found


def test_every_route_declares_its_scope(app: FastAPI) -> None:
    found = routes(app)
    assert [route for route, function in found.items() if declared(function) is None] == []


def test_no_route_needs_less_than_was_decided(app: FastAPI) -> None:
    """A route that is new here has to be added above, with thought."""
    assert {route: declared(function) for route, function in routes(app).items()} == NEEDS


async def ask(client: httpx.AsyncClient, route: str, **headers: str | bytes) -> httpx.Response:
    """A request that the route would accept."""
    method, path = route.split()
    path = path.format(guid=KITCHEN, io=1, name="old", id=1, number=1, fingerprint="00" * 32)
    body = next((body for word, body in BODIES.items() if word in path and method != "GET"), None)
    return await client.request(method, path, json=body, headers=headers)


@pytest.mark.parametrize("route", CLOSED)
async def test_nobody_gets_in_without_a_login(stranger: httpx.AsyncClient, hub: FakeHub, route: str) -> None:
    answer = await ask(stranger, route)
    told = check_problem(answer, 401, "login-needed")
    assert answer.headers["www-authenticate"] == "Bearer"
    for wrong in ("Bearer ", "Bearer twig_wrong", "Basic YWRtaW46YWRtaW4=", hub.access.local, b"Bearer \xff"):
        assert check_problem(await ask(stranger, route, authorization=wrong), 401, "login-needed") == told


@pytest.mark.parametrize("route", CLOSED)
async def test_each_scope_opens_its_routes_only(
    app: FastAPI, stranger: httpx.AsyncClient, hub: FakeHub, route: str
) -> None:
    app.state.stopping.set()  # event streams end at once
    for scope in (Scope.READ, Scope.CONTROL, Scope.ADMIN):
        await hub.access.tokens.make("old", Scope.READ)
        token = await hub.access.tokens.make("asking", scope)
        answer = await ask(stranger, route, authorization=f"Bearer {token}")
        if scope >= CLOSED[route]:
            assert answer.status_code not in (401, 403)
        else:
            told = check_problem(answer, 403, "scope")
            assert scope.word in told
            assert CLOSED[route].word in told
        for name in [token.name for token in hub.access.tokens]:
            await hub.access.tokens.revoke(name)


async def test_what_anybody_may_see(stranger: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    assert (await stranger.get(f"{API}/health")).json() == {"status": "ok"}
    assert (await client.get(f"{API}/health")).json() == {"status": "ok", "devices": 2}
    wrong = await stranger.get(f"{API}/health", headers={"authorization": "Bearer wrong"})
    assert wrong.json() == {"status": "ok"}
    assert (await stranger.get("/static/style.css")).status_code == 200
    assert KITCHEN not in (await stranger.get("/login")).text


async def test_a_route_that_says_nothing_is_for_admins_only(hub: FakeHub) -> None:
    app = create_app(hub)

    @app.get("/forgotten")
    async def forgotten() -> str:
        return "secret"

    transport = httpx.ASGITransport(app)
    token = await hub.access.tokens.make("control", Scope.CONTROL)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        assert (await client.get("/forgotten")).status_code == 401
        lower = await client.get("/forgotten", headers={"authorization": f"Bearer {token}"})
        assert lower.status_code == 403
        assert "secret" not in lower.text
        admin = await client.get("/forgotten", headers={"authorization": f"Bearer {hub.access.local}"})
        assert admin.json() == "secret"


def test_the_mark_does_not_change_the_function() -> None:
    def route() -> int:
        return 1

    assert open_to(Scope.READ)(route) is route


async def test_the_description_says_what_each_operation_needs(stranger: httpx.AsyncClient) -> None:
    document = (await stranger.get(f"{API}/openapi.json")).json()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            needed = NEEDS[f"{method.upper()} {path}"]
            said = re.findall(r"Needs the scope `(\w+)`", operation["description"])
            assert said == ([needed.word] if needed else [])
            assert operation["security"] == ([{"token": []}] if needed else [{}, {"token": []}])
            assert ("401" in operation["responses"]) == bool(needed)
