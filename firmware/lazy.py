"""Code that is loaded for one job and forgotten: between jobs the heap is free for the next one."""

import gc
import sys

from firmware import slotfs

PREFIX = "firmware."

_at_work = []  # the names of what is loaded, once for each job


def call(name, function, *arguments):
    """Load a module, call one of its functions, forget the module; nothing of it may be used behind that."""
    before = tuple(sys.modules)
    module = _load(name)
    try:
        return getattr(module, function)(*arguments)
    finally:
        _forget(name, before)


async def run(name, *arguments):
    """The same for the module's coroutine function `run`; others have their turn before this returns.

    Until then the C stack still holds what the module had.
    """
    from asyncio import sleep_ms  # relay and button are set up before it is loaded

    before = tuple(sys.modules)
    module = _load(name)
    try:
        found = await module.run(*arguments)
    finally:
        module = None
        _forget(name, before)
    await sleep_ms(0)
    return found


def make(name, function, *arguments):
    """The same as `call` where what is returned needs its module: both go together, later."""
    before = tuple(sys.modules)
    module = _load(name)
    try:
        return getattr(module, function)(*arguments)
    finally:
        _forget(name, before, False)


def spent(*classes):
    """The only instances are made: free the code that made them."""
    if slotfs.active:  # else whoever has imported their modules has the same classes
        for each in classes:
            each.__init__ = None
    gc.collect()


def _load(name):
    if name in sys.modules:
        if name in _at_work:  # else a mode has it for itself
            _at_work.append(name)
        return sys.modules[name]
    gc.collect()  # else its pieces lie between garbage, and no room of some size is left
    _at_work.append(name)
    try:
        sys.modules[name] = slotfs.load(name)
    except BaseException:
        _at_work.remove(name)
        raise
    gc.collect()  # what only the load needed, or what is made from now on lies behind that
    return sys.modules[name]


def _forget(name, before, whole=True):
    """With what it has imported by itself. Allocates nothing: else what stayed would stay for good."""
    ours = name in _at_work  # else a mode has it for itself
    if ours:
        _at_work.remove(name)
    while True:
        new = None
        for each in sys.modules:
            fresh = each not in before or (ours and each == name)  # or begun by another job
            if fresh and each.startswith(PREFIX) and each not in _at_work:
                new = each
        if new is None:
            break
        module, sys.modules[new] = sys.modules[new], None  # its dict keeps the value of a deleted key
        del sys.modules[new]
        if whole:
            slotfs.clear(module)
    gc.collect()
