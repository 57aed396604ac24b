"""Waits between tries: doubling, ±25 %, so that many plugs do not come back at once."""

from os import urandom

FIRST_MS = 1000
LAST_MS = 60000


def jitter(milliseconds):
    """A random wait from 0 up to below that many milliseconds (at most 65,535)."""
    raw = urandom(2)
    return (raw[0] | raw[1] << 8) * milliseconds >> 16


def around(wait):
    """That many milliseconds, ±25 %."""
    return wait - wait // 4 + jitter(wait // 2)


def longer(wait):
    """The wait after that one."""
    return min(wait * 2, LAST_MS)
