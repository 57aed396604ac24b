"""Code that is loaded for one job and forgotten: between jobs the heap is free for the next one."""

import gc
import sys

from firmware import slotfs

PREFIX = "firmware."


def call(name, function, *arguments):
    """Load a module, call one of its functions, forget the module and all that it loaded."""
    before = tuple(sys.modules)
    try:
        return getattr(_load(name), function)(*arguments)
    finally:
        _forget(before)


async def run(name, *arguments):
    """The same for the module's coroutine function `run`; others have their turn before this returns.

    Until then the C stack still holds what the module had, up to 3 KB.
    """
    from asyncio import sleep_ms  # relay and button are set up before it is loaded

    before = tuple(sys.modules)
    try:
        found = await _load(name).run(*arguments)
    finally:
        _forget(before)
    await sleep_ms(0)
    return found


def spent(*classes):
    """The only instances are made: free the code that made them."""
    for each in classes:
        each.__init__ = None
    gc.collect()


def _load(name):
    if name not in sys.modules:
        gc.collect()  # else its pieces lie between garbage, and no room of some size is left
        sys.modules[name] = slotfs.load(name)
    return sys.modules[name]


def _forget(before):
    """Allocates nothing: the heap may be full, and what stayed would stay for good."""
    while True:
        new = None
        for name in sys.modules:
            if name.startswith(PREFIX) and name not in before:
                new = name
        if new is None:
            break
        sys.modules[new] = None  # MicroPython's dict keeps the value of a deleted key
        del sys.modules[new]
    gc.collect()
