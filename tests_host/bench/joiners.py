"""Devices that join a hub, as a process of its own: `python -m tests_host.bench.joiners`.

For a line of its input, `PORT tls|plain COUNT`, so many of that kind connect, learn their parent, register
and are accepted; at the line `close` they close. It says when it has done so. The devices of a kind are
always the same ones, and those with TLS have the keys of `peer`."""

import asyncio
import hashlib
import sys
from functools import cache
from typing import Any

from firmware.protocol import commands, guid
from tests_host.device import Device, Wire
from tests_host.psk import Client, Line, device_peer
from twig.hub.keys.peer import Peer

AT_ONCE = 50


def peer(number: int) -> Peer:
    """The GUID and the key of one of the devices with TLS."""
    digest = hashlib.sha512(b"joiner %d" % number).digest()
    return device_peer(digest[:16], digest[32:])


@cache
def client(number: int) -> Client:
    """What its connections are made by."""
    return Client(peer(number))


async def join(port: int, kind: str, number: int) -> Wire:
    """One device from connecting to AcceptDevice."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    line: Any = writer
    which = hashlib.md5(b"joiner %d" % number, usedforsecurity=False).digest()
    if kind == "tls":
        which = peer(number).guid or b""
        line = reader = Line(client(number).connection(), reader, writer)  # type: ignore[assignment]
        await line.shake()
    wire = Wire(Device(which=which, name=f"{kind} {number}"), reader, line)
    wire.device.send(commands.GET_PARENT, target=guid.PARENT)
    await wire.device.expect(commands.SET_PARENT)
    await wire.device.join()
    return wire


async def joins(port: int, kind: str, count: int) -> list[Wire]:
    """So many of them."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> Wire:
        async with gate:
            return await join(port, kind, number)

    return await asyncio.gather(*(one(number) for number in range(count)))


async def main() -> None:
    """Obey the lines of the input."""
    wires: list[Wire] = []
    while words := (await asyncio.to_thread(sys.stdin.readline)).split():
        if words == ["close"]:
            await asyncio.gather(*(wire.close() for wire in wires))
            wires.clear()
        else:
            wires += await joins(int(words[0]), words[1], int(words[2]))
        print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
