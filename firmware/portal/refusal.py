"""Answers a request that is none, and hears it out: closing at once would hide the answer."""

from firmware.network.wait import readable
from firmware.portal import reply

LINGER_MS = 1000
LINGER_BYTES = 4096
CHUNK = 128


async def run(visit, error):
    """Return when the other side is done, or has sent too much; `visit` ends it in time."""
    try:
        visit.within(LINGER_MS)
        await reply.text(visit.sock, error.code, str(error))
        left = LINGER_BYTES
        while left > 0:
            await readable(visit.sock)
            chunk = visit.sock.recv(CHUNK)
            if not chunk:
                return
            left -= len(chunk)
    except (OSError, MemoryError) as error:
        print("http:", error)
