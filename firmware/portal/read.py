"""Reads one request for the page of run mode. Loaded for that and forgotten."""

from asyncio import sleep_ms
from errno import EAGAIN
from time import ticks_add, ticks_diff, ticks_ms

from firmware import lazy
from firmware.protocol.errors import ProtocolError

SILENT_MS = 1000  # browsers keep spare connections; others wait
POLL_MS = 20
CHUNK = 64  # small, since no larger piece may be free


async def run(door, listener):
    """A step: the next is to look at the request, or to answer why not. OSError: the client has gone."""
    request = lazy.make("firmware.portal.request", "Request")
    door.visitor = listener.accept()[0]
    door.visitor.setblocking(False)
    try:
        await _receive(door.visitor, request)
    except ProtocolError as error:  # an HttpError
        return "firmware.portal.device_answer", error.code, str(error).encode()
    wanted = request.method, request.path, request.kind, request.token, request.body
    return ("firmware.portal.ours", request.host) + wanted


async def _receive(sock, request):
    silent = ticks_add(ticks_ms(), SILENT_MS)
    whole = False
    while not whole:
        try:
            chunk = sock.recv(CHUNK)
        except OSError as error:
            if error.errno != EAGAIN:
                raise
            if not request.seen and ticks_diff(ticks_ms(), silent) > 0:
                raise OSError("silent") from None
            await sleep_ms(POLL_MS)
            continue
        if not chunk:
            raise OSError("closed before its request was whole")
        whole = request.feed(chunk)
