"""Opens a link's connection without blocking. Loaded for that and forgotten."""

import socket
from errno import EINPROGRESS
from time import ticks_ms

from firmware.network.wait import writable

CONNECT_MS = 5000  # lwIP itself would try for a minute


async def run(link, address, port):
    """Return when it is up, or has failed: then reading says why. OSError when it fails at once."""
    link.expect(CONNECT_MS)
    link.sent = link.received = ticks_ms()
    link.sock = link.raw = sock = socket.socket()
    sock.setblocking(False)
    try:
        sock.connect((address, port))
    except OSError as error:
        if error.errno != EINPROGRESS:
            raise
        await writable(sock)
