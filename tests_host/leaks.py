"""What connections that are gone have left behind in this process, and how bad ones go."""

import asyncio
import gc
import os
import random
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# Bytes that a connection which is gone may leave behind: allocators keep some, a leak keeps a connection.
LEFT_PER_CONNECTION = 64
PAGE = os.sysconf("SC_PAGE_SIZE")


def sockets() -> int:
    """Open sockets of this process."""
    links = []
    for entry in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            links.append(os.readlink(f"/proc/self/fd/{entry}"))
    return sum(link.startswith("socket:") for link in links)


def resident() -> int:
    """Bytes of memory that this process has, libraries' included."""
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * PAGE


def memory() -> int:
    """Bytes that Python objects take, as far as traced."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


@contextmanager
def nothing_left(count: int) -> Iterator[None]:
    """So many connections in the context leave no socket open and hardly any object."""
    before = sockets()
    tracemalloc.start()
    start = memory()
    try:
        yield
        left = memory() - start
    finally:
        tracemalloc.stop()
    assert sockets() == before
    assert left < count * LEFT_PER_CONNECTION, f"{left} bytes left"


async def heard(reader: asyncio.StreamReader, seconds: float) -> None:
    """Wait for the other side to close, for a time."""
    with suppress(OSError, TimeoutError):
        await asyncio.wait_for(reader.read(), seconds)


async def leave(writer: asyncio.StreamWriter, dice: random.Random) -> None:
    """Close or reset."""
    if dice.random() < 0.5:
        writer.transport.abort()
    else:
        writer.close()
    with suppress(OSError):
        await writer.wait_closed()
