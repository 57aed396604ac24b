"""Waiting for a socket: the one place where MicroPython's event loop and CPython's differ."""

try:
    from asyncio import core

    def readable(sock):
        """Await until the socket has bytes, a connection or an error."""
        yield core._io_queue.queue_read(sock)

    def writable(sock):
        """Await until the socket takes bytes: it is connected, or has failed."""
        yield core._io_queue.queue_write(sock)

    def forget():
        """Let go of the tasks that have waited: a dict keeps the values of deleted keys."""
        core._io_queue.map.clear()

    def retrieved():
        """Let go of the last task that had failed before it was awaited: the loop keeps it for its report."""
        core._exc_context["exception"] = core._exc_context["future"] = None

except ImportError:
    from firmware.network.wait_cpython import forget, readable, retrieved, writable  # noqa: F401
