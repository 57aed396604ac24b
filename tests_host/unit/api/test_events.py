"""The event stream: what it says, when it ends, what it leaves behind."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from tests_host.unit.api.fake import KITCHEN, FakeHub
from twig.hub.access import Scope
from twig.hub.api import events

SOON_S = 5.0


async def until(text: str, stream: AsyncIterator[str]) -> str:
    """The first message that contains `text`."""
    async with asyncio.timeout(SOON_S):
        async for message in stream:
            if text in message:
                return message
    raise AssertionError(f"the stream ended before {text!r}")


def data_of(message: str) -> dict[str, object]:
    """The data of a message."""
    (line,) = [line for line in message.splitlines() if line.startswith("data: ")]
    found: dict[str, object] = json.loads(line.removeprefix("data: "))
    return found


async def test_ready_then_events(hub: FakeHub) -> None:
    stream = events.stream(hub, asyncio.Event())
    assert data_of(await until("event: ready\n", stream)) == {"hub": hub.guid}
    await hub.set_value(KITCHEN, 1, True)
    message = await until("event: value\n", stream)
    assert message.startswith("id: 1\n")
    assert message.endswith("\n\n")
    assert data_of(message) == {"guid": KITCHEN, "io": 1, "value": True}
    await stream.aclose()
    assert len(hub.events) == 0


async def test_only_admins_hear_of_join_codes(hub: FakeHub) -> None:
    streams = {
        scope: events.stream(hub, asyncio.Event(), scope=scope) for scope in (Scope.CONTROL, Scope.ADMIN)
    }
    for stream in streams.values():
        await until("ready", stream)
    hub.events.publish("join-code", id=1, state="used")
    hub.events.publish("log", text="after")
    assert "event: log\n" in await anext(streams[Scope.CONTROL])
    assert "event: join-code\n" in await anext(streams[Scope.ADMIN])
    for stream in streams.values():
        await stream.aclose()


async def test_heartbeat_in_silence(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_S", 0.01)
    stream = events.stream(hub, asyncio.Event())
    assert await until(": still here", stream) == ": still here\n\n"
    hub.events.publish("log", text="a\nb")
    assert data_of(await until("event: log", stream)) == {"text": "a\nb"}
    await stream.aclose()


async def test_the_stream_ends_when_the_hub_stops(hub: FakeHub) -> None:
    stopping = asyncio.Event()
    stream = events.stream(hub, stopping)
    await until("ready", stream)
    asyncio.get_running_loop().call_soon(stopping.set)
    async with asyncio.timeout(SOON_S):
        assert [message async for message in stream] == []
    assert len(hub.events) == 0


async def test_a_slow_reader_is_told_and_let_go(hub: FakeHub) -> None:
    stream = events.stream(hub, asyncio.Event())
    await until("ready", stream)
    for number in range(2_000):
        hub.events.publish("status", number=number)
    async with asyncio.timeout(SOON_S):
        rest = [message async for message in stream]
    assert "event: lost\n" in rest[-1]


@pytest.mark.parametrize("path", ["/events", "/api/v1/events"])
async def test_over_http(client: httpx.AsyncClient, app: FastAPI, path: str) -> None:
    app.state.stopping.set()
    answer = await client.get(path)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "event: ready" in answer.text
