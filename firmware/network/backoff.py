"""Waits between tries: doubling, with jitter, so that many plugs do not come back at once."""

from os import urandom


def jitter(milliseconds):
    """A random wait from 0 up to below that many milliseconds (at most 65,535)."""
    raw = urandom(2)
    return (raw[0] | raw[1] << 8) * milliseconds >> 16


class Backoff:
    """`first` doubling to `last`, in ms, each ±25 %."""

    def __init__(self, first, last):
        self.first = first
        self.last = last
        self.reset()

    def reset(self):
        """The next wait is the first again."""
        self.wait = self.first

    def next(self):
        """Milliseconds to wait now."""
        wait = self.wait
        self.wait = min(wait * 2, self.last)
        return wait - wait // 4 + jitter(wait // 2)
