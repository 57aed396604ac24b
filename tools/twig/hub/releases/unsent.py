"""What of a connection's data waits in the system, since the peer has no room for it."""

import asyncio
import fcntl
import struct
import sys

# Of linux/sockios.h: bytes that TCP has not sent. What is under way has room at the peer, and is not counted.
SIOCOUTQNSD = 0x894B
INT = struct.Struct("i")
# Seconds between two looks, at first and at most: a computer takes 16 KiB in 1 ms, a plug in some 100.
PAUSE, LONGEST = 0.0005, 0.1


def unsent(writer: asyncio.StreamWriter) -> int:
    """How many bytes; 0 where the system does not tell (it is not Linux). OSError."""
    if sys.platform != "linux":
        return 0
    found = fcntl.ioctl(writer.get_extra_info("socket").fileno(), SIOCOUTQNSD, bytes(INT.size))
    return int(INT.unpack(found)[0])


async def taken(writer: asyncio.StreamWriter, most: int) -> None:
    """Wait until no more than `most` bytes wait for the peer. OSError when the connection is lost."""
    await writer.drain()
    pause = PAUSE
    while unsent(writer) > most:
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST)
