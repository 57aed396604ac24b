"""Bounds what a request may send: no value of an IO needs more."""

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from twig.hub.api.problems import problem

LIMIT = 65_536  # bytes; a message to a device is smaller by far
TEXT = f"A request holds at most {LIMIT} bytes."


class BodyLimit:
    """ASGI middleware: 413 for a body over LIMIT, whether its length is announced or not."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > LIMIT:
            return await problem(413, "too-large", "The request is too large", TEXT)(scope, receive, send)
        await self.app(scope, counted(receive), send)


def counted(receive: Receive) -> Receive:
    """`receive` that raises once the parts of the body are more than LIMIT together."""
    total = 0

    async def count() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > LIMIT:
            raise HTTPException(413, TEXT)
        return message

    return count
