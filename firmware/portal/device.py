"""Answers one request for the page of a plug in its network. Loaded for that and forgotten."""

from asyncio import sleep_ms
from errno import EAGAIN
from time import ticks_add, ticks_diff, ticks_ms

import network

from firmware.network.address import is_address
from firmware.portal import body, reply
from firmware.portal.request import HttpError, Request
from firmware.portal.statuses import MISDIRECTED, NOT_ALLOWED, NOT_FOUND, UNAUTHORISED

SILENT_MS = 1000  # browsers keep spare connections; others wait
POLL_MS = 20
CHUNK = 256
CHANGES = "/login /relay /save /restart"
SESSION_MS = 600000  # without a request; the page then asks for the password again
# What routers put behind a name; whoever owns another domain could let it lead here.
DOMAINS = "local lan home internal localdomain home.arpa fritz.box"


async def run(sock, door):
    """Read, and answer; or (path, content) of what is to be done. OSError for a client that has gone."""
    request = Request()
    try:
        await _receive(sock, request)
        return await _answer(sock, request, door)
    except HttpError as error:
        await reply.text(sock, error.code, str(error))


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


async def _answer(sock, request, door):
    if not _ours(request.host):  # a name of somebody else's that leads here: its page must not get in
        raise HttpError(MISDIRECTED, "not this device")
    if request.method == "POST":
        if request.path not in CHANGES.split(" "):
            raise HttpError(NOT_FOUND, "nothing here")
        if request.path != "/login":
            check(request, door)
        return request.path, body.parse(request)
    if request.method not in ("GET", "HEAD"):
        raise HttpError(NOT_ALLOWED, "GET or POST")
    elif request.path == "/":
        return "/", request.method == "GET"
    elif request.path in ("/state", "/about"):
        check(request, door)
        return request.path, None
    else:
        await reply.text(sock, NOT_FOUND, "There is nothing here.")
    return None


def check(request, door):
    """HttpError unless it comes from who has logged in; the header keeps other sites' forms out too."""
    fresh = 0 <= ticks_diff(ticks_ms(), door.used) < SESSION_MS
    if not door.token or request.token != door.token or not fresh:
        raise HttpError(UNAUTHORISED, '{"code": "login"}')
    door.used = ticks_ms()


def _ours(host):
    name = network.hostname().lower()
    if not host or host == name or is_address(host):
        return True
    return host.startswith(name + ".") and host[len(name) + 1 :] in DOMAINS.split(" ")
