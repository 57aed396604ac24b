"""Beacons by multicast on loopback, true or not."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from firmware.protocol import beacon

PERIOD_S = 0.3  # more often than hubs do, so that no test waits for long


@asynccontextmanager
async def announced(port: int, data: bytes, period: float = PERIOD_S) -> AsyncIterator[None]:
    """Sends that datagram to the group again and again."""
    with socket.socket(type=socket.SOCK_DGRAM) as udp:
        udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        task = asyncio.create_task(_send(udp, data, port, period))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _send(udp: socket.socket, data: bytes, port: int, period: float) -> None:
    while True:
        udp.sendto(data, (beacon.GROUP, port))
        # Never for long in step with another one: a chip's UDP socket queues one datagram.
        await asyncio.sleep(period * random.uniform(0.5, 1.5))
