"""Bounds what a request may send: no value of an IO needs more, and one route takes a release."""

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from twig.hub.api.problems import problem
from twig.release import package

LIMIT = 65_536  # bytes; a message to a device is smaller by far
LARGER = {("POST", "/api/v1/releases"): package.LARGEST}


class BodyLimit:
    """ASGI middleware: 413 for a body over its bound, whether its length is announced or not."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        limit = LARGER.get((scope["method"], scope["path"]), LIMIT)
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > limit:
            told = problem(413, "too-large", "The request is too large", too_large(limit))
            return await told(scope, receive, send)
        await self.app(scope, counted(receive, limit), send)


def too_large(limit: int) -> str:
    """What is said about a body of more bytes."""
    return f"A request holds at most {limit} bytes here."


def counted(receive: Receive, limit: int) -> Receive:
    """`receive` that raises once the parts of the body are more than so many bytes together."""
    total = 0

    async def count() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > limit:
            raise HTTPException(413, too_large(limit))
        return message

    return count
