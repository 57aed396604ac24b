"""Keeps one peer from filling the log."""

import time

LINES = 10
SECONDS = 60.0


class Throttle:
    """Allows ten lines a minute and counts what it swallows."""

    def __init__(self) -> None:
        self._until = 0.0
        self._left = 0
        self._missed = 0

    def allow(self) -> bool:
        """Whether one more line may be written."""
        now = time.monotonic()
        if now >= self._until:
            self._until, self._left = now + SECONDS, LINES
        self._left -= 1
        self._missed += self._left < 0
        return self._left >= 0

    def missed(self) -> int:
        """Lines swallowed since the last call."""
        missed, self._missed = self._missed, 0
        return missed
