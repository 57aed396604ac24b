"""Code that is loaded for one job and forgotten: between jobs the heap is free for the next one."""

import gc
import sys

from firmware import slotfs

_at_work = []  # the names of what is loaded, once for each job


def call(name, function, *arguments):
    """Load a module, call one of its functions, forget the module; nothing of it may be used behind that."""
    module = _load(name)
    try:
        return getattr(module, function)(*arguments)
    finally:
        _forget(name)


async def run(name, *arguments):
    """The same for the module's coroutine function `run`; others have their turn before this returns.

    Until then the C stack still holds what the module had.
    """
    from asyncio import sleep_ms  # relay and button are set up before it is loaded

    module = _load(name)
    try:
        found = await module.run(*arguments)
    finally:
        module = None
        _forget(name)
    await sleep_ms(0)
    return found


def make(name, function, *arguments):
    """The same as `call` where what is returned needs its module: both go together, later."""
    module = _load(name)
    try:
        return getattr(module, function)(*arguments)
    finally:
        _forget(name, False)


def spent(*classes):
    """The only instances are made: free the code that made them."""
    for each in classes:
        each.__init__ = None
    gc.collect()


def _load(name):
    if name not in sys.modules:
        gc.collect()  # else its pieces lie between garbage, and no room of some size is left
        sys.modules[name] = slotfs.load(name)
        _at_work.append(name)
        gc.collect()  # what only the load needed, or what is made from now on lies behind that
    elif name in _at_work:
        _at_work.append(name)
    return sys.modules[name]


def _forget(name, whole=True):
    """Allocates nothing: the heap may be full, and what stayed would stay for good."""
    if name in _at_work:  # else a mode has it for itself
        _at_work.remove(name)
        if name not in _at_work:
            module, sys.modules[name] = sys.modules[name], None  # its dict keeps the value of a deleted key
            del sys.modules[name]
            if whole:
                slotfs.clear(module)
    gc.collect()
