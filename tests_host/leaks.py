"""What connections that are gone have left behind in this process."""

import gc
import os
import tracemalloc
from contextlib import suppress

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
