"""A person at the page: login, cookie, forms, logout, password."""

import asyncio
import re
from http.cookies import SimpleCookie

import httpx
import pytest
from fastapi import FastAPI

from tests_host.unit.api.fake import KITCHEN, FakeHub
from tests_host.unit.api.person import PASSWORD, csrf_of, log_in
from tests_host.unit.api.test_devices import check_problem
from tests_host.unit.api.test_events import until
from twig.hub.access import OWNER, Scope, attempts, secrets, sessions
from twig.hub.api import events

OTHER = "staple staple staple"
RELAY = f"/api/v1/devices/{KITCHEN}/ios/1"
FORM = f"/devices/{KITCHEN}/ios/1"
PAGE = {"accept": "text/html,*/*;q=0.8"}


async def test_the_way_in(stranger: httpx.AsyncClient, hub: FakeHub) -> None:
    await hub.access.set_password(OWNER, PASSWORD)
    sent = await stranger.get("/", headers=PAGE)
    assert (sent.status_code, sent.headers["location"]) == (303, "/login")
    page = await stranger.get("/login")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert (await log_in(stranger)).status_code == 303
    assert "Kitchen" in (await stranger.get("/")).text
    assert (await stranger.get("/login")).headers["location"] == "/"


async def cookie_at(app: FastAPI, url: str, hub: FakeHub) -> SimpleCookie:
    """The cookie of a login at that address."""
    await hub.access.set_password(OWNER, PASSWORD)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=url) as client:
        return SimpleCookie((await log_in(client)).headers["set-cookie"])


@pytest.mark.parametrize("https", [False, True])
async def test_the_cookie(app: FastAPI, hub: FakeHub, https: bool) -> None:
    url = "https://127.0.0.1" if https else "http://127.0.0.1"
    ((name, cookie),) = (await cookie_at(app, url, hub)).items()
    assert name == ("__Host-" if https else "") + "twig-" + hub.guid[:8]
    assert cookie["httponly"]
    assert bool(cookie["secure"]) is https
    assert (cookie["samesite"].lower(), cookie["path"], cookie["domain"]) == ("lax", "/", "")
    assert int(cookie["max-age"]) == sessions.LONGEST_MS // 1000
    assert len(cookie.value) >= 43  # 32 bytes in base64
    assert cookie.value not in str((await cookie_at(app, url, hub)).items())


async def test_a_wrong_name_and_a_wrong_password_look_alike(
    stranger: httpx.AsyncClient, hub: FakeHub
) -> None:
    await hub.access.set_password(OWNER, PASSWORD)
    answers = [
        await log_in(stranger, PASSWORD, "root"),
        await log_in(stranger, OTHER),
        await log_in(stranger, ""),
    ]
    assert [answer.status_code for answer in answers] == [401] * 3
    assert len({answer.text.replace("root", OWNER) for answer in answers}) == 1
    assert 'role="alert">Name or password is wrong' in answers[0].text
    assert not stranger.cookies
    assert OTHER not in answers[1].text


async def test_wrong_passwords_slow_down(
    stranger: httpx.AsyncClient, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FIRST_S", "HERE_S"):  # longer than all these hashes take on busy cores
        monkeypatch.setattr(attempts, name, 60.0)
    await hub.access.set_password(OWNER, PASSWORD)
    asked = [log_in(stranger, f"{OTHER} {number}") for number in range(2 * attempts.FREE)]
    answers = await asyncio.gather(*asked)  # at the same time: none slips through while others are looked at
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [401] * attempts.FREE + [429] * attempts.FREE
    refused = await log_in(stranger)  # the right one is not looked at before its time
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert "try again in" in refused.text
    monkeypatch.setattr(attempts, "HERE_S", 0.0)  # its time has come
    assert (await log_in(stranger)).status_code == 303


async def test_who_is_logged_in_goes_on_while_others_guess(person: httpx.AsyncClient, hub: FakeHub) -> None:
    for _ in range(attempts.FREE + 1):
        await log_in(person, OTHER)
    assert (await person.get("/")).status_code == 200
    local = {"authorization": f"Bearer {hub.access.local}"}
    assert (await person.get("/api/v1/devices", headers=local)).status_code == 200


@pytest.mark.parametrize("body", [b"", b"name", b"&" * 60_000, b"\xff=\xff", b"a=1&" * 1_000, b"name=admin"])
async def test_a_form_that_is_not_ours(stranger: httpx.AsyncClient, hub: FakeHub, body: bytes) -> None:
    await hub.access.set_password(OWNER, PASSWORD)
    answer = await stranger.post("/login", content=body)
    assert answer.status_code == 401


async def test_no_foreign_page_logs_anybody_in(stranger: httpx.AsyncClient, hub: FakeHub) -> None:
    await hub.access.set_password(OWNER, PASSWORD)
    data = {"name": OWNER, "password": PASSWORD}
    answer = await stranger.post("/login", data=data, headers={"origin": "http://evil.example"})
    check_problem(answer, 403, "foreign")


async def test_a_cookie_alone_changes_nothing(person: httpx.AsyncClient, hub: FakeHub) -> None:
    forged = [
        await person.put(RELAY, json={"value": True}),
        await person.put(RELAY, json={"value": True}, headers={"X-Twig-CSRF": "0" * 64}),
        await person.put(RELAY, json={"value": True}, headers={"X-Twig-CSRF": ""}),
        await person.post(FORM, data={"value": "on"}),
        await person.post(FORM, data={"value": "on", "csrf": "é"}),
        await person.post("/access/tokens", data={"name": "x", "scope": "admin"}),
        await person.post("/api/v1/tokens", json={"name": "x", "scope": "admin", "csrf": "x"}),
        await person.post("/access/password", data={"current": PASSWORD, "password": OTHER}),
        await person.post("/join-codes"),
        await person.post("/api/v1/join-codes", json={}),
        await person.post("/logout"),
    ]
    for answer in forged:
        check_problem(answer, 403, "form-too-old")
    assert hub.device(KITCHEN).ios[0].value is False
    assert list(hub.access.tokens) == []
    assert hub.join_codes() == []
    assert (await person.get("/")).status_code == 200


async def test_the_pages_own_token_opens_forms_and_fetches(person: httpx.AsyncClient, hub: FakeHub) -> None:
    csrf = await csrf_of(person)
    assert (await person.post(FORM, data={"value": "on", "csrf": csrf})).status_code == 303
    assert hub.device(KITCHEN).ios[0].value is True
    assert (await person.put(RELAY, json={"value": False}, headers={"X-Twig-CSRF": csrf})).status_code == 200
    assert hub.device(KITCHEN).ios[0].value is False
    for fragment in ("/devices", f"/devices/{KITCHEN}"):
        assert await csrf_of(person, fragment) == csrf


async def test_another_sessions_token_opens_nothing(person: httpx.AsyncClient, hub: FakeHub) -> None:
    other = await hub.access.login(OWNER, PASSWORD, "127.0.0.1")
    answer = await person.post(FORM, data={"value": "on", "csrf": secrets.csrf_of(other)})
    check_problem(answer, 403, "form-too-old")


async def test_the_forms_token_does_not_tell_the_cookie(person: httpx.AsyncClient) -> None:
    (cookie,) = person.cookies.values()
    page = (await person.get("/")).text
    assert cookie not in page
    assert secrets.key_of(cookie).hex() not in page


async def test_logout(person: httpx.AsyncClient) -> None:
    cookies = dict(person.cookies)
    answer = await person.post("/logout", data={"csrf": await csrf_of(person)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert not person.cookies
    person.cookies.update(cookies)  # whoever has kept it
    check_problem(await person.get("/api/v1/devices"), 401, "login-needed")


async def test_a_bad_token_is_not_helped_by_a_cookie(person: httpx.AsyncClient) -> None:
    answer = await person.get("/api/v1/devices", headers={"authorization": "Bearer twig_wrong"})
    check_problem(answer, 401, "login-needed")


async def test_a_new_password_ends_the_other_sessions(person: httpx.AsyncClient, hub: FakeHub) -> None:
    other = await hub.access.login(OWNER, PASSWORD, "127.0.0.1")
    caller = hub.access.by_session(other)
    form = {"csrf": await csrf_of(person), "current": PASSWORD, "password": OTHER}
    answer = await person.post("/access/password", data=form)
    assert "The password is changed" in answer.text
    assert not caller.alive()
    assert (await person.get("/")).status_code == 200
    assert (await log_in(person)).status_code == 401
    assert (await log_in(person, OTHER)).status_code == 303


@pytest.mark.parametrize(
    ("current", "new", "status", "words"),
    [("wrong", OTHER, 401, "is wrong"), (PASSWORD, "short", 422, "10 to 256 characters")],
)
async def test_a_password_that_does_not_change(
    person: httpx.AsyncClient, current: str, new: str, status: int, words: str
) -> None:
    form = {"csrf": await csrf_of(person), "current": current, "password": new}
    answer = await person.post("/access/password", data=form)
    assert answer.status_code == status
    (said,) = re.findall(r'role="alert">([^<]+)<', answer.text)
    assert words in said
    api = {"current": current, "password": new}
    csrf = {"X-Twig-CSRF": form["csrf"]}
    assert (await person.put("/api/v1/password", json=api, headers=csrf)).status_code == status
    assert (await log_in(person)).status_code == 303


async def test_the_local_token_sets_a_password_without_the_old_one(
    client: httpx.AsyncClient, hub: FakeHub
) -> None:
    assert (await client.put("/api/v1/password", json={"password": OTHER})).status_code == 204
    session = await hub.access.login(OWNER, OTHER, "127.0.0.1")
    assert (await client.put("/api/v1/password", json={"password": PASSWORD})).status_code == 204
    assert hub.access.sessions.find(session) is None
    check_problem(await client.put("/api/v1/password", json={"password": "short"}), 422, "bad-password")


async def test_tokens_at_the_page(person: httpx.AsyncClient, hub: FakeHub) -> None:
    csrf = await csrf_of(person, "/access")
    made = await person.post("/access/tokens", data={"csrf": csrf, "name": "cron", "scope": "control"})
    (token,) = re.findall(r"twig_[\w-]{43}", made.text)
    assert hub.access.by_token(token, "127.0.0.1").scope == Scope.CONTROL
    page = (await person.get("/access")).text
    assert "cron" in page
    assert token not in page
    again = await person.post("/access/tokens", data={"csrf": csrf, "name": "cron", "scope": "read"})
    assert again.status_code == 409
    assert 'role="alert">There is a token cron' in again.text
    gone = await person.post("/access/tokens/cron/revoke", data={"csrf": csrf})
    assert gone.headers["location"] == "/access#tokens"
    assert list(hub.access.tokens) == []
    assert (await person.post("/access/tokens/cron/revoke", data={"csrf": csrf})).status_code == 404


async def test_a_scope_that_a_form_invents_is_the_smallest(person: httpx.AsyncClient, hub: FakeHub) -> None:
    form = {"csrf": await csrf_of(person), "name": "cron", "scope": "root"}
    await person.post("/access/tokens", data=form)
    assert [token.scope for token in hub.access.tokens] == ["read"]


async def test_an_event_stream_ends_with_the_login(hub: FakeHub) -> None:
    await hub.access.set_password(OWNER, PASSWORD)
    caller = hub.access.by_session(await hub.access.login(OWNER, PASSWORD, "127.0.0.1"))
    stream = events.stream(hub, asyncio.Event(), caller.alive)
    await until("ready", stream)
    hub.events.publish("log", text="before")
    await until("before", stream)
    await hub.access.logout(caller)
    hub.events.publish("log", text="after")
    assert [message async for message in stream] == []
    assert len(hub.events) == 0
