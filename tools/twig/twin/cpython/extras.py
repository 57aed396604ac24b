"""What else MicroPython's standard modules have and CPython's lack: gc, sys, os, micropython."""

import asyncio
import builtins
import gc
import os
import resource
import sys
import traceback
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, TextIO

KIB = 1024
FOLDER = 0x4000
FILE = 0x8000


def mem_alloc() -> int:
    """Bytes that this process has taken at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB


def mem_free() -> int:
    """Bytes of memory that the computer has to give."""
    return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def print_exception(error: BaseException, file: TextIO | None = None) -> None:
    """The traceback of an exception."""
    traceback.print_exception(error, file=file or sys.stdout)


def ilistdir(path: str = ".") -> Iterator[tuple[str, int, int, int]]:
    """(name, kind, inode, size) of a folder's entries."""
    with os.scandir(path) as entries:
        for entry in entries:
            status = entry.stat()
            yield entry.name, FOLDER if entry.is_dir() else FILE, status.st_ino, status.st_size


def schedule(function: Callable[[Any], None], argument: Any) -> None:
    """Call it soon, outside the interrupt; at once when no event loop runs."""
    try:
        asyncio.get_running_loop().call_soon_threadsafe(function, argument)
    except RuntimeError:
        function(argument)


def _same(function: Any) -> Any:
    return function


def micropython() -> ModuleType:
    """The module `micropython`."""
    module = ModuleType("micropython")
    members: dict[str, Any] = {
        "alloc_emergency_exception_buf": lambda size: None,
        "const": _same,
        "heap_lock": lambda: None,
        "heap_unlock": lambda: None,
        "kbd_intr": lambda char: None,
        "mem_info": lambda *verbose: print("mem:", mem_alloc(), "allocated"),
        "native": _same,
        "opt_level": lambda *level: 3,
        "schedule": schedule,
        "viper": _same,
    }
    module.__dict__.update(members)
    builtins.__dict__.setdefault("micropython", module)
    return module


def install() -> None:
    """Add all of it."""
    vars(gc)["threshold"] = lambda *size: -1
    for function in (mem_alloc, mem_free):
        setattr(gc, function.__name__, function)
    vars(sys)["print_exception"] = print_exception
    vars(os)["ilistdir"] = ilistdir
    vars(os)["sync"] = os.sync
    vars(os)["dupterm"] = lambda stream, index=0: None  # the console is no UART here
    sys.modules["micropython"] = micropython()
