"""The socket on which beacons come. What is heard goes to `hear(data, source)`, which discovery sets."""

import socket
from asyncio import sleep_ms
from time import ticks_diff, ticks_ms

from firmware.network.wait import readable
from firmware.protocol.beacon import GROUP, HEADER, SOLICIT

IP_ADD_MEMBERSHIP = 0x400  # lwIP's number; the ESP8266 has no symbol for it
BEACON_MAX = 256
REOPEN_MS = 5000


class Ears:
    """Listens on `port`; by itself it only notes when the hub `hub` was last heard."""

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
                self._open()
                while True:
                    await readable(self.sock)
                    self._hear(*self.sock.recvfrom(BEACON_MAX))
            except OSError as error:
                print("discovery:", error)
            finally:
                self.close()
            await sleep_ms(REOPEN_MS)

    def _open(self):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setblocking(False)
        self.sock.bind(("0.0.0.0", self.port))
        group = bytes([int(part) for part in GROUP.split(".")])
        self.sock.setsockopt(0, getattr(socket, "IP_ADD_MEMBERSHIP", IP_ADD_MEMBERSHIP), group + bytes(4))
        self.solicit()

    def close(self):
        """Hear no more."""
        sock, self.sock = self.sock, None
        if sock:
            sock.close()

    def solicit(self):
        """Ask hubs for a beacon now."""
        try:
            self.sock.sendto(SOLICIT, (GROUP, self.port))
        except OSError as error:
            print("solicit:", error)

    def _hear(self, data, source):
        if data[12:HEADER] == self.hub:
            self.heard = ticks_ms()
        if self.discovery:
            self.discovery.hear(data, source)

    def age(self):
        """Milliseconds since the last beacon of `hub`; -1 when none was heard."""
        return -1 if self.heard is None else ticks_diff(ticks_ms(), self.heard)
