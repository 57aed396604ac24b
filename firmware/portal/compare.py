"""Lets in who knows the password of the page of run mode. Loaded for one request and forgotten."""

from binascii import hexlify
from os import urandom
from time import ticks_ms

from firmware.portal.statuses import OK, UNAUTHORISED
from firmware.storage import password


async def run(door, _, typed, sealed):
    """A step: the answer to POST /login; takes a second of a chip's time, in short turns."""
    if not isinstance(typed, str) or not await password.matches(typed, sealed):
        return "firmware.portal.device_answer", UNAUTHORISED, '{"code": "password"}'
    door.wrong = 0
    door.token = hexlify(urandom(16)).decode()
    door.used = ticks_ms()
    return "firmware.portal.device_answer", OK, {"token": door.token}
