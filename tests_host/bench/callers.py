"""Devices that call a hub, as a process of its own: `python -m tests_host.bench.callers`.

For a line of its input, `PORT tls|plain COUNT`, it makes so many connections, each of which asks for a GUID
and waits for the answer; at the line `close` it closes all. It says when it has done so."""

import asyncio
import sys
from typing import Any

from firmware.protocol import commands, frame, guid
from tests_host.openssl import IDENTITY, KEY
from tests_host.psk import Client, Line
from twig.hub.keys.peer import Peer

PEER = Peer(IDENTITY.encode(), KEY, None, 1)  # of a join code: who has a key of its own has a GUID
AT_ONCE = 50
ASK = frame.encode(guid.UNASSIGNED, guid.PARENT, commands.REQUEST_GUID, b"8 bytes!")
ANSWER = 1_000  # bytes, more than it has


async def call(port: int, client: Client | None) -> Any:
    """One connection that has had its answer: what closes it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    line: Any = writer
    if client:
        line = reader = Line(client.connection(), reader, writer)  # type: ignore[assignment]
        await line.shake()
    line.write(ASK)
    frames = frame.Reader(ANSWER)
    frames.feed(await reader.read(ANSWER))
    answer = frames.next()
    if not answer or answer[2] != commands.SEND_GUID:
        raise ConnectionError(f"the hub answers {answer} to RequestGUID")
    return line


async def calls(port: int, client: Client | None, count: int) -> list[Any]:
    """So many of them."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one() -> Any:
        async with gate:
            return await call(port, client)

    return await asyncio.gather(*(one() for _ in range(count)))


async def main() -> None:
    """Obey the lines of the input."""
    client, lines = Client(PEER), []
    while words := (await asyncio.to_thread(sys.stdin.readline)).split():
        if words == ["close"]:
            for line in lines:
                line.close()
            lines.clear()
        else:
            lines += await calls(int(words[0]), client if words[1] == "tls" else None, int(words[2]))
        print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
