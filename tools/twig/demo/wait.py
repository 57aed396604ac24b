"""Waiting for something to become true."""

import time
from collections.abc import Callable

from twig.demo.errors import DemoError

POLL_SECONDS = 0.05


def wait_for(condition: Callable[[], bool], seconds: float, failure: str) -> None:
    """Return as soon as `condition` holds; DemoError with `failure` when it does not in that time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise DemoError(f"after {seconds:.0f} s {failure}")
        time.sleep(POLL_SECONDS)
