"""What a request for the page of run mode may want. Loaded for one request and forgotten."""

from time import ticks_diff, ticks_ms

import network

from firmware.network.address import is_address
from firmware.portal import body
from firmware.portal.http_error import HttpError
from firmware.portal.statuses import MISDIRECTED, NOT_ALLOWED, NOT_FOUND, UNAUTHORISED

CHANGES = "/login /relay /save /restart"
SESSION_MS = 600000  # without a request; the page then asks for the password again
# What routers put behind a name; whoever owns another domain could let it lead here.
DOMAINS = "local lan home internal localdomain home.arpa fritz.box"


async def run(door, _, method, path, about):
    """A step: the next does what is wanted, or answers why not. `about`: host, kind, token, body."""
    host, kind, token, raw = about
    try:
        _check(door, method, path, host, token)
        content = body.parse(kind, raw) if method == "POST" else method == "GET"
    except HttpError as error:
        return "firmware.portal.device_refusal", error.code, str(error)
    return _step(path), content


def _step(path):
    if path == "/":
        return "firmware.portal.device_page"
    if path == "/login":
        return "firmware.portal.login"
    if path == "/about":
        return "firmware.portal.device_about"
    if path == "/relay":
        return "firmware.portal.device_relay"
    if path == "/save":
        return "firmware.portal.device_save"
    return "firmware.portal.device_restart" if path == "/restart" else "firmware.portal.device_state"


def _check(door, method, path, host, token):
    if not _ours(host):  # a name of somebody else's that leads here: its page must not get in
        raise HttpError(MISDIRECTED, "not this device")
    if method == "POST":
        if path not in CHANGES.split(" "):
            raise HttpError(NOT_FOUND, "nothing here")
    elif method not in ("GET", "HEAD"):
        raise HttpError(NOT_ALLOWED, "GET or POST")
    elif path not in ("/", "/state", "/about"):
        raise HttpError(NOT_FOUND, "There is nothing here.")
    if path not in ("/", "/login"):
        _known(door, token)


def _known(door, token):
    """HttpError unless it comes from who has logged in; the header keeps other sites' forms out too."""
    fresh = 0 <= ticks_diff(ticks_ms(), door.used) < SESSION_MS
    if not door.token or token != door.token or not fresh:
        raise HttpError(UNAUTHORISED, '{"code": "login"}')
    door.used = ticks_ms()


def _ours(host):
    name = network.hostname().lower()
    if not host or host == name or is_address(host):
        return True
    return host.startswith(name + ".") and host[len(name) + 1 :] in DOMAINS.split(" ")
