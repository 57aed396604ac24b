"""Secrets appear nowhere but where they must: a whole life of keys, and a login, are searched for them."""

import base64
import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from firmware.protocol import commands
from tests_host.hubs import bearer, running
from tests_host.lines import Keyed, dial, dial_code, enter, key_of, rejection, settle, take_key
from tests_host.unit.hub.test_log import Terminal
from twig.hub import dispatch, log
from twig.hub.access import OWNER, Scope
from twig.hub.access.access import first_password
from twig.hub.access.secrets import PREFIX, csrf_of
from twig.hub.api import create_app
from twig.hub.backup.save import save
from twig.hub.hub import Hub


@pytest.fixture
def streams() -> Iterator[tuple[io.StringIO, Terminal]]:
    """Everything that is logged, down to debugging, as JSON and for people."""
    lines, terminal = io.StringIO(), Terminal()
    logger = logging.getLogger(log.ROOT)
    before = (logger.handlers[:], logger.level, logger.propagate)
    log.setup(lines, logging.DEBUG)
    handler = logging.StreamHandler(terminal)
    handler.setFormatter(log.HumanLines())
    logger.addHandler(handler)
    yield lines, terminal
    logger.handlers[:], logger.propagate = before[0], before[2]
    logger.setLevel(before[1])


def written(secret: bytes) -> set[bytes]:
    """All the ways in which a secret may be written."""
    plain = base64.b64encode(secret).rstrip(b"="), base64.urlsafe_b64encode(secret).rstrip(b"=")
    shown = repr(secret)[2:-1]  # as of a dataclass, also within JSON
    forms = secret.hex(), secret.hex().upper(), shown, json.dumps(shown)[1:-1]
    return {secret, *(form.encode() for form in forms), *plain}


def spellings(code: str) -> set[bytes]:
    """All the ways in which a code may be written."""
    return {code.encode(), code.replace("-", "").encode(), code.lower().encode(), code[:9].encode()}


@asynccontextmanager
async def browser(hub: Hub) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody at the hub's pages, or a program at its API."""
    transport = httpx.ASGITransport(create_app(hub), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        yield client


def random(secret: str) -> set[bytes]:
    """All the ways in which a session's or a token's secret may be written."""
    raw = secret.removeprefix(PREFIX)
    return {raw.encode(), *written(base64.urlsafe_b64decode(raw + "="))}


async def person(hub: Hub, secrets: set[bytes]) -> bytes:
    """Somebody mistypes, logs in, looks at all pages; what they show, which may hold the forms' token only.

    The password, the session, the forms' token, and those of programs are gathered.
    """
    password, wrong = await first_password(hub.access), "wrong-1b6f0d2c"
    token = await hub.access.tokens.make("cron", Scope.CONTROL)
    async with browser(hub) as client:
        for text in (wrong, password):
            entered = await client.post("/login", data={"name": OWNER, "password": text})
        assert entered.headers["location"] == "/"
        (session,) = client.cookies.values()
        secrets |= {password.encode(), wrong.encode(), *random(session), *random(token)}
        secrets |= random(hub.access.local)
        refused = await client.get("/api/v1/devices", headers={"authorization": f"Bearer {PREFIX}{wrong}"})
        assert refused.status_code == 401
        shown = [await client.get(path) for path in ("/", "/devices", "/access", "/login")]
        csrf = csrf_of(session)
        assert csrf in shown[0].text
        secrets |= written(bytes.fromhex(csrf))
    return b"".join(
        answer.text.replace(csrf, "").encode() + repr(answer.headers).encode() for answer in shown
    )


async def everything_of_the_api(hub: Hub) -> bytes:
    """What the API and the pages answer, after codes were made."""
    async with browser(hub) as client:
        client.headers.update(bearer(hub))
        guid = hub.devices()[0].guid
        api = [f"/api/v1/{name}" for name in ("join-codes", "devices", "health", "tokens", "openapi.json")]
        pages = ("/", "/devices", f"/devices/{guid}", "/access")
        answers = [await client.get(path) for path in (*pages, *api)]
        for verb in ("rotate-key", "revoke-key"):
            answers.append(await client.post(f"/api/v1/devices/{guid}/{verb}"))
        answers.append(await client.post("/api/v1/rotate-keys"))
        answers.append(await client.post("/api/v1/join-codes", json={"minutes": 0}))
    return b"".join(answer.content + repr(answer.headers).encode() for answer in answers)


def files(folder: Path) -> list[Path]:
    """What is in a data directory, except what is secret as a whole."""
    return [path for path in folder.iterdir() if path.name != "master.key"]


async def life(hub: Hub, secrets: set[bytes]) -> Keyed:
    """A device joins, rotates its key, is refused here and there; its secrets are gathered."""
    device, made = Keyed(obedient=False), await hub.join_code()
    secrets |= spellings(made.code) | written(key_of(made.code))
    dial_code(hub, device, made.code)
    device.register()
    refused = (await device.expect(commands.SET_KEY)).fields
    device.say(commands.ACKNOWLEDGE, request=refused["request"], code=commands.BUSY, text="busy")
    device.obedient = True
    await take_key(hub, device, made.code)
    thief = Keyed()
    dial_code(hub, thief, made.code)
    await rejection(thief)
    await enter(hub, device)
    await hub.rotate(device.text)
    await device.expect(commands.SET_KEY)
    await settle()
    line = await enter(hub, device)
    line.transport.device = None
    for _, key in device.keys:
        secrets |= written(key)
    assert len(device.keys) == 2
    return device


async def test_no_secret_is_logged_told_shown_or_saved(
    tmp_path: Path, streams: tuple[io.StringIO, Terminal], monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets: set[bytes] = set()
    events: list[Any] = []
    async with running(tmp_path / "data") as hub, hub.events.subscribe() as happening:
        device = await life(hub, secrets)
        with monkeypatch.context() as patch:  # even a fault of ours shows none
            patch.setattr(dispatch.joining, "register", lambda *arguments: 1 / 0)
            dial(hub, device, device.identity)
            device.register()
            await device.expect(commands.ERROR)
        made = await hub.join_code(device.text)
        secrets |= spellings(made.code) | written(key_of(made.code))
        shown = await person(hub, secrets)
        save(tmp_path / "data", tmp_path / "saved", with_master_key=False)
        answers = await everything_of_the_api(hub)
        hub.events.close()
        events += [event async for event in happening]
    secrets |= written(base64.b64decode((tmp_path / "data" / "master.key").read_text()))
    places = {
        "log": streams[0].getvalue().encode(),
        "terminal": streams[1].getvalue().encode(),
        "events": json.dumps([vars(event) for event in events]).encode(),
        "answers": answers,
        "shown": shown,
        "backup": (tmp_path / "saved").read_bytes(),
        **{path.name: path.read_bytes() for path in files(tmp_path / "data")},
    }
    assert len(secrets) >= 4 + 5 * 4 + 2 + 4 * 4
    for logged in (b"ZeroDivisionError", b"wrong name or password", b"wrong token", b"logged in"):
        assert logged in places["log"]
    assert {"join-code", "device"} <= {event.kind for event in events}
    found = [(place, secret) for place, content in places.items() for secret in secrets if secret in content]
    assert found == []
