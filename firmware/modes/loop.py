"""The event loop of a mode; what the modes share is loaded with it and stays."""

import asyncio
import gc

from firmware.network.wait import forget

WIPED = 8  # calls deep, about 2 KB of the C stack
# Bytes between two collections; upstream has a quarter of the heap. What is made to stay takes the first free
# place, which lies behind all that has become garbage since the last one: large places would soon be split.
COLLECTED = 2048


def run(mode):
    """Run a mode's coroutine to its end: its result. A task that is left behind goes on in the next mode."""
    _wipe(WIPED)
    gc.threshold(COLLECTED)
    try:
        return asyncio.run(mode)
    finally:
        forget()


def _wipe(depth):
    """Overwrite the stack below: what loading the mode has left there would keep its pieces in the heap."""
    if depth:
        _wipe(depth - 1)
