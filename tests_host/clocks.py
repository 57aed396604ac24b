"""The hub's clock in the hands of a test."""

import time

import pytest

from twig.hub import clock


class Clock:
    """Real time and what `skip` has added to it: half an hour passes at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._skipped_ns = 0
        monkeypatch.setattr(clock, "source", lambda: time.time_ns() + self._skipped_ns)

    def skip(self, seconds: float) -> None:
        """So much time has passed."""
        self._skipped_ns += round(seconds * 1e9)
