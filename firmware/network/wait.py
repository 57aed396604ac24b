"""Waiting for a socket: the one place where MicroPython's event loop and CPython's differ."""

try:
    from asyncio import core

    def readable(sock):
        """Await until the socket has bytes, a connection or an error."""
        yield core._io_queue.queue_read(sock)

    def writable(sock):
        """Await until the socket takes bytes: it is connected, or has failed."""
        yield core._io_queue.queue_write(sock)

except ImportError:
    from firmware.network.wait_cpython import readable, writable  # noqa: F401
