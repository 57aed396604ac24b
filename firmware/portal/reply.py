"""Writes HTTP answers to a non-blocking socket; each closes its connection, since a chip has five."""

from firmware.network.wait import writable
from firmware.portal.statuses import OK

COMMON = (
    "HTTP/1.1 %d -\r\nConnection: close\r\nCache-Control: no-store\r\n"
    "Content-Type: %s\r\nContent-Length: %d\r\n%s\r\n"
)
PLAIN = "text/plain; charset=utf-8"
JSON = "application/json"


def head(status, kind, length, more=""):
    """The bytes before a body; `more` are whole header lines."""
    return (COMMON % (status, kind, length, more)).encode()


async def send(sock, data):
    """All of it; OSError when the other side is gone."""
    left = memoryview(data)
    while left:
        await writable(sock)
        left = left[sock.send(left) :]


async def text(sock, status, body, more=""):
    """A short answer for people and for probes: never empty, or Android takes it for a failure."""
    await send(sock, head(status, PLAIN, len(body), more) + body.encode())


async def value(sock, content, status=OK):
    """A JSON answer; `content` is the text."""
    await raw(sock, content.encode(), status)


async def raw(sock, content, status=OK):
    """The same for bytes."""
    await send(sock, head(status, JSON, len(content)))
    await send(sock, content)
