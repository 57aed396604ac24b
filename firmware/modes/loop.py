"""The event loop of a mode; what the modes share is loaded with it and stays."""

import asyncio

from firmware.network.wait import forget

WIPED = 8  # calls deep, about 2 KB of the C stack


def run(mode):
    """Run a mode's coroutine to its end: its result. A task that is left behind goes on in the next mode."""
    _wipe(WIPED)
    try:
        return asyncio.run(mode)
    finally:
        forget()


def _wipe(depth):
    """Overwrite the stack below: what loading the mode has left there would keep its pieces in the heap."""
    if depth:
        _wipe(depth - 1)
