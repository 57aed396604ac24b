"""Sends a compressed page."""

from firmware.portal import assets
from firmware.portal.reply import head, send
from firmware.portal.statuses import OK

TOP = "top.html"  # what every page begins with
CHUNK = 128  # it is read and sent in pieces of it: a larger one may not be free
KIND = "text/html; charset=utf-8"
GZIP = "Content-Encoding: gzip\r\nX-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\n"


async def file(sock, name, body=True):
    """The page of that name; only the head of the answer without `body`."""
    buffer = bytearray(CHUNK)  # before the head: what has one must have a body
    await send(sock, head(OK, KIND, assets.size(TOP) + assets.size(name), GZIP))
    if body:
        await _send(sock, assets.opened(TOP), buffer)
        await _send(sock, assets.opened(name), buffer)


async def _send(sock, stream, buffer):
    view = memoryview(buffer)
    while True:
        count = stream.readinto(buffer)
        if not count:
            return
        await send(sock, view[:count])
