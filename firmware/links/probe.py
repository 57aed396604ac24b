"""The configured address is tried again beside a link to another hub. Loaded for that and forgotten."""

import select
import socket
from asyncio import sleep_ms
from errno import EINPROGRESS
from time import ticks_ms

from firmware.network import resolver

STEP_MS = 50
STEPS = 60  # 3 s


async def run(session):
    """End the present link when somebody listens at the configured address."""
    try:
        hub = session.settings()["hub"]
        found = await _answers(hub["host"], hub["port"])
    except OSError as error:
        print("configured hub:", error)
        return
    if found and session.link.sock:
        session.again = ticks_ms()  # due: one try, then discovery chooses again
        session.link.task.cancel()


async def _answers(host, port):
    sock = socket.socket()
    try:
        sock.setblocking(False)
        _connect(sock, await resolver.run(host), port)
        poller = select.poll()
        poller.register(sock, select.POLLOUT)
        for _ in range(STEPS):
            events = poller.poll(0)
            if events:
                return not events[0][1] & (select.POLLERR | select.POLLHUP)
            await sleep_ms(STEP_MS)
        return False
    finally:
        sock.close()


def _connect(sock, address, port):
    try:
        sock.connect((address, port))
    except OSError as error:
        if error.errno != EINPROGRESS:
            raise
