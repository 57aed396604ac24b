"""Sends a compressed page."""

from firmware.portal.reply import head, send
from firmware.portal.statuses import OK

CHUNK = 512  # it is read and sent in pieces of it
KIND = "text/html; charset=utf-8"
GZIP = "Content-Encoding: gzip\r\nX-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\n"


async def file(sock, opened, body=True):
    """`opened` is (its file, the size); only the head of the answer without `body`."""
    stream, size = opened
    buffer = bytearray(CHUNK)  # before the head: what has one must have a body
    view = memoryview(buffer)
    await send(sock, head(OK, KIND, size, GZIP))
    while body:
        count = stream.readinto(buffer)
        if not count:
            return
        await send(sock, view[:count])
