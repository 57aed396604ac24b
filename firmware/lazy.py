"""Code that is loaded for one job and forgotten: between jobs the heap is free for the next one."""

import gc
import sys

PREFIX = "firmware."


def call(name, function, *arguments):
    """Load a module, call one of its functions, forget the module and all that it loaded."""
    before = set(sys.modules)
    try:
        return getattr(_load(name), function)(*arguments)
    finally:
        _forget(before)


async def run(name, *arguments):
    """The same for the module's coroutine function `run`."""
    before = set(sys.modules)
    try:
        return await _load(name).run(*arguments)
    finally:
        _forget(before)


def spent(*classes):
    """The only instances are made: free the code that made them."""
    for each in classes:
        each.__init__ = None
    gc.collect()


def _load(name):
    __import__(name)
    return sys.modules[name]


def _forget(before):
    for name in list(sys.modules):
        if name not in before and name.startswith(PREFIX):
            sys.modules[name] = None  # MicroPython's dict keeps the value of a deleted key
            del sys.modules[name]
    gc.collect()
