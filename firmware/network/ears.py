"""Hears beacons while the device runs."""

from asyncio import sleep_ms
from time import ticks_diff, ticks_ms

from firmware import lazy
from firmware.network.wait import readable
from firmware.protocol.beacon import HEADER

BEACON_MAX = 80  # one of 16 entries has 76 bytes
REOPEN_MS = 5000


class Ears:
    """Listens on `port`; notes when `hub` was last heard; `discovery`, where there is one, gets all."""

    def __init__(self, port, hub):
        self.port = port
        self.hub = hub
        self.heard = None
        self.sock = None
        self.discovery = None

    async def listen(self):
        """For ever, and again when the socket fails."""
        while True:
            try:
                self.sock = lazy.call("firmware.network.multicast", "open", self.port)
                while True:
                    await readable(self.sock)
                    self._hear(*self.sock.recvfrom(BEACON_MAX))
            except (OSError, MemoryError) as error:  # an interface that has gone; a full heap
                print("discovery:", error)
            finally:
                if self.sock:
                    self.sock.close()
                    self.sock = None
            await sleep_ms(REOPEN_MS)

    def _hear(self, data, source):
        if data[:4] == b"TWIG" and data[12:HEADER] == self.hub:
            self.heard = ticks_ms()
        if self.discovery:
            self.discovery.hear(data, source)

    def age(self):
        """Milliseconds since the last beacon of `hub`; -1 when none was heard."""
        return -1 if self.heard is None else ticks_diff(ticks_ms(), self.heard)
