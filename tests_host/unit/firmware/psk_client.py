"""The firmware's TLS client on a real socket."""

import asyncio
import socket

from firmware.network import psk, records
from firmware.network.records import Records, TlsError
from tests_host.openssl import IDENTITY, KEY

WAIT_S = 20.0


async def opened(port: int, identity: str = IDENTITY, key: bytes = KEY) -> Records:
    """A handshake with 127.0.0.1."""
    sock = socket.create_connection(("127.0.0.1", port))
    sock.setblocking(False)
    link = records.Records(sock)
    try:
        await asyncio.wait_for(psk.run(link, identity, key), WAIT_S)
    except TlsError:
        sock.close()
        raise
    return link
