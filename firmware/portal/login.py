"""Lets in who knows the password of the page of run mode. Loaded for one request and forgotten."""

import json
from binascii import hexlify
from os import urandom
from time import ticks_diff, ticks_ms

from firmware.portal.statuses import OK, SLOW, UNAUTHORISED
from firmware.storage import password

FREE_TRIES = 3  # wrong passwords before the next one has to wait
FIRST_WAIT_S = 5  # doubling with each further one, to
LONGEST_WAIT_S = 60  # since a stranger's tries make the owner wait too


async def run(door, _, content):
    """A step: the answer to POST /login; takes a second of a chip's time, in short turns."""
    status, answer = await _judged(door, content)
    return "firmware.portal.device_answer", status, answer


async def _judged(door, content):
    """(HTTP status, JSON)."""
    wait = _wait_s(door)
    if wait:
        return SLOW, json.dumps({"code": "slow", "wait": wait})
    # Counted before it is checked, so that a try which is broken off counts too.
    door.wrong += 1
    door.wrong_at = ticks_ms()
    typed = content.get("password")
    if not isinstance(typed, str) or not await password.matches(typed, door.sealed):
        return UNAUTHORISED, '{"code": "password"}'
    door.wrong = 0
    door.token = hexlify(urandom(16)).decode()
    door.used = ticks_ms()
    return OK, json.dumps({"token": door.token})


def _wait_s(door):
    """Seconds until the next try is looked at."""
    if door.wrong < FREE_TRIES:
        return 0
    wait = min(FIRST_WAIT_S << min(door.wrong - FREE_TRIES, 8), LONGEST_WAIT_S)
    passed = ticks_diff(ticks_ms(), door.wrong_at) // 1000
    return wait - passed if 0 <= passed < wait else 0  # negative: days ago
