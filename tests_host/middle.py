"""A man in the middle of a TLS connection: relays its records, edited as a test likes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

HEAD = 5
# (number of the record in its direction, the record) -> what goes on: nothing, itself, others.
Edit = Callable[[int, bytes], list[bytes]]


class Cut(Exception):
    """An `edit` raises it where the network ends both sides of a connection at once."""


def unchanged(_: int, record: bytes) -> list[bytes]:
    """Relay as it came."""
    return [record]


async def _relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, edit: Edit) -> None:
    number = 0
    try:
        while True:
            head = await reader.readexactly(HEAD)
            record = head + await reader.readexactly(int.from_bytes(head[3:], "big"))
            for each in edit(number, record):
                writer.write(each)
            await writer.drain()
            number += 1
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


@asynccontextmanager
async def between(port: int, down: Edit = unchanged, up: Edit = unchanged) -> AsyncIterator[int]:
    """The port to connect to; `down` edits what the server on `port` says, `up` what the client says."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            await asyncio.gather(_relay(far_reader, writer, down), _relay(reader, far_writer, up))
        except Cut:
            writer.transport.abort()
            far_writer.transport.abort()
        finally:
            writer.close()
            far_writer.close()

    listening = await asyncio.start_server(meet, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
