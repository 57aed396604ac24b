"""The firmware's TLS client on a real socket."""

import asyncio
import socket
from types import SimpleNamespace

from firmware.links import secure
from firmware.network.records import Records, TlsError
from tests_host.openssl import IDENTITY, KEY

WAIT_S = 20.0


async def opened(port: int, identity: str = IDENTITY, key: bytes = KEY) -> Records:
    """A handshake with 127.0.0.1."""
    sock = socket.create_connection(("127.0.0.1", port))
    sock.setblocking(False)
    try:
        return await shaken(sock, identity, key)
    except TlsError:
        sock.close()
        raise


async def shaken(sock: socket.socket, identity: str = IDENTITY, key: bytes = KEY) -> Records:
    """A handshake on a socket that is connected and does not block; it has its hello at once."""
    link = SimpleNamespace(sock=sock, expect=lambda milliseconds: None, turn=0, places=[])
    async with asyncio.timeout(WAIT_S):
        await secure.run(link, identity, key)
    records: Records = link.sock
    return records
