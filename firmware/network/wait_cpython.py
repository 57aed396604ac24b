"""`wait` on CPython's event loop; not part of an image."""

import asyncio
import socket
from collections.abc import Callable


async def _once(add: Callable[..., None], remove: Callable[..., bool], sock: socket.socket) -> None:
    ready = asyncio.get_running_loop().create_future()
    descriptor = sock.fileno()
    add(descriptor, lambda: ready.done() or ready.set_result(None))
    try:
        await ready
    finally:
        remove(descriptor)


async def readable(sock: socket.socket) -> None:
    """Await until the socket has bytes, a connection or an error."""
    loop = asyncio.get_running_loop()
    await _once(loop.add_reader, loop.remove_reader, sock)


async def writable(sock: socket.socket) -> None:
    """Await until the socket takes bytes: it is connected, or has failed."""
    loop = asyncio.get_running_loop()
    await _once(loop.add_writer, loop.remove_writer, sock)


def forget() -> None:
    """Nothing to do: no task outlives its event loop here."""


def retrieved() -> None:
    """Nothing to do: a loop here keeps no task that has ended."""
