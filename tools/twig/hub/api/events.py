"""The hub's events as a stream of server-sent events (text/event-stream)."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from twig.hub.access import Scope
from twig.hub.api.authorise import CallerHere, open_to
from twig.hub.api.needs import Hub
from twig.hub.events import LOST, Event

HEARTBEAT_S = 15.0  # below the 30 s after which common proxies drop a silent connection
RETRY_MS = 1000  # how long a browser waits before it connects again
MEDIA_TYPE = "text/event-stream"
PRIVATE = {"join-code"}  # kinds that only those hear of who may make codes

router = APIRouter(tags=["events"])


def message(kind: str, data: dict[str, Any], number: int) -> str:
    """One event on the wire; JSON has no raw line ends, so `data` is one line."""
    return f"id: {number}\nevent: {kind}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"


def always() -> bool:
    """The reader's login never ends."""
    return True


async def stream(
    hub: Hub, stopping: asyncio.Event, alive: Callable[[], bool] = always, scope: Scope = Scope.ADMIN
) -> AsyncIterator[str]:
    """`ready`, then every event of the hub that the scope lets see, a comment in silence.

    Ends when the hub stops, after `lost`, and when the reader's login or token is no longer `alive`.
    """
    async with hub.events.subscribe() as events:
        yield f"retry: {RETRY_MS}\n" + message("ready", {"hub": hub.guid}, 0)
        number = 0
        async for event in beating(events, stopping):
            if not alive():
                return
            if event is None:
                yield ": still here\n\n"
                continue
            if event.kind in PRIVATE and scope < Scope.ADMIN:
                continue
            number += 1
            yield message(event.kind, event.data, number)
            if event.kind == LOST:
                return


async def beating(events: AsyncIterator[Event], stopping: asyncio.Event) -> AsyncIterator[Event | None]:
    """The events, and None after each HEARTBEAT_S without one, until `stopping` is set."""
    stop = asyncio.ensure_future(stopping.wait())
    upcoming = asyncio.ensure_future(anext(events, None))
    try:
        while True:
            await asyncio.wait((stop, upcoming), timeout=HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED)
            if stop.done():
                return
            if not upcoming.done():
                yield None
            elif (event := upcoming.result()) is None:
                return
            else:
                upcoming = asyncio.ensure_future(anext(events, None))
                yield event
    finally:
        for task in (stop, upcoming):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@router.get(
    "/events",
    summary="What happens, live",
    response_class=StreamingResponse,
    responses={200: {"content": {MEDIA_TYPE: {}}, "description": "Server-sent events."}},
)
@open_to(Scope.READ)
async def events(request: Request, caller: CallerHere) -> StreamingResponse:
    """Server-sent events with JSON as `data`: `ready` first, then `device`, `value`, `status`, `log`,
    `identify` when somebody at a device says "this is me", `update`, `rollout`, and `join-code` for the
    scope `admin`.

    `lost` says that events were dropped because they were read too slowly: read `/devices` again.
    A comment comes every 15 s in silence. The stream ends with the login or the token that opened it.
    """
    state = request.app.state
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    happening = stream(state.hub, state.stopping, caller.alive, caller.scope)
    return StreamingResponse(happening, media_type=MEDIA_TYPE, headers=headers)
