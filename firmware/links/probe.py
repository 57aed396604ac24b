"""Whether somebody listens at an address, beside the present link. Imported when first needed."""

import select
import socket
from asyncio import sleep_ms
from errno import EINPROGRESS

from firmware.network import resolver, wifi

STEP_MS = 50
STEPS = 60  # 3 s


async def answers(host, port):
    """True when a TCP connection to it can be made within 3 s."""
    sock = socket.socket()
    try:
        sock.setblocking(False)
        sock.connect((await resolver.resolve(host, wifi.name_server()), port))
    except OSError as error:
        if error.errno != EINPROGRESS:
            sock.close()
            return False
    poller = select.poll()
    poller.register(sock, select.POLLOUT)
    events = []
    for _ in range(STEPS):
        events = events or poller.poll(0)
        if not events:
            await sleep_ms(STEP_MS)
    sock.close()
    return bool(events) and not events[0][1] & (select.POLLERR | select.POLLHUP)
