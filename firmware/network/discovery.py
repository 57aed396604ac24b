"""Finds hubs by beacons and chooses one (PROTOCOL section 1). Discovery is a hint and proves nothing."""

import socket
from asyncio import sleep_ms
from time import ticks_add, ticks_diff, ticks_ms

from firmware.network.backoff import jitter
from firmware.network.wait import readable
from firmware.protocol import beacon
from firmware.protocol.beacon import BACKUP, DEVELOPMENT, GROUP, SOLICIT
from firmware.protocol.errors import ProtocolError

IP_ADD_MEMBERSHIP = 0x400  # lwIP's number; the ESP8266 has no symbol for it
BEACON_MAX = 256
BEACON_MS = 5000
FRESH_MS = 15000  # three beacons
STANDARD_WAIT_MS = 500  # for better hubs to be heard after the first
BACKUP_WAIT_MS = 3000
AVOID_MS = 300000  # after a failed handshake
HUBS_MAX = 8
REOPEN_MS = 5000

# Fields of what is kept of a hub.
RANK = 0
ADDRESS = 1
PORT = 2
HEARD = 3  # ticks_ms of the last beacon
SINCE = 4  # and of the first in an unbroken row
AVOIDED = 5  # ticks_ms until which it is avoided, or None


class Discovery:
    """Beacons on `port` of hubs that offer `protocol`; `last`: GUID of the hub last registered at."""

    def __init__(self, port, protocol, development, last):
        self.port = port
        self.protocol = protocol
        self.development = development
        self.last = last
        self.hubs = {}
        self.first = None
        self.ignored = 0
        self.sock = None

    async def listen(self):
        """Hear beacons for ever."""
        while True:
            try:
                self._open()
                while True:
                    await readable(self.sock)
                    self.hear(*self.sock.recvfrom(BEACON_MAX))
            except OSError as error:
                print("discovery:", error)
            finally:
                self.sock.close()
            await sleep_ms(REOPEN_MS)

    def _open(self):
        self.sock = sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        sock.bind(("0.0.0.0", self.port))
        group = bytes([int(part) for part in GROUP.split(".")])
        sock.setsockopt(0, getattr(socket, "IP_ADD_MEMBERSHIP", IP_ADD_MEMBERSHIP), group + bytes(4))
        self.solicit()

    def solicit(self):
        """Ask hubs for a beacon now; a network that is just going down shows as no answer."""
        try:
            self.sock.sendto(SOLICIT, (GROUP, self.port))
        except OSError as error:
            print("solicit:", error)

    def hear(self, data, source):
        """Take a datagram from (address, port); what is no beacon is counted."""
        try:
            flags, address, hub, entries = beacon.decode(data)
        except ProtocolError:
            self.ignored += data != SOLICIT
            return
        rank = self._rank(flags)
        for protocol, port in entries:
            if protocol == self.protocol and rank >= 0:
                self._keep(hub, rank, address or source[0], port)

    def _rank(self, flags):
        """0 is best; -1: a development server outside development mode."""
        backup = 1 if flags & BACKUP else 0
        if flags & DEVELOPMENT:
            return backup if self.development else -1
        return 2 + backup

    def _keep(self, hub, rank, address, port):
        now = ticks_ms()
        known = self.hubs.get(hub)
        if not known:
            if len(self.hubs) == HUBS_MAX:
                del self.hubs[min(self.hubs, key=lambda hub: -self.age(hub))]
            self.hubs[hub] = known = [0, 0, 0, now, now, None]
        if self.first is None:
            self.first = now
        if ticks_diff(now, known[HEARD]) > FRESH_MS or known[RANK] != rank:
            known[SINCE] = now
        if (known[ADDRESS], known[PORT]) != (address, port):
            known[AVOIDED] = None
        known[:HEARD] = (rank, address, port)
        known[HEARD] = now

    def age(self, hub):
        """Milliseconds since its last beacon; -1 when it was never heard."""
        known = self.hubs.get(hub)
        return ticks_diff(ticks_ms(), known[HEARD]) if known else -1

    def failed(self, hub):
        """Avoid it at that address for a while, unless no other is left."""
        if hub in self.hubs:
            self.hubs[hub][AVOIDED] = ticks_add(ticks_ms(), AVOID_MS)

    def better(self, hub):
        """On a backup: True when a standard hub has been heard for 15 s."""
        known = self.hubs.get(hub)
        if not known or not known[RANK] & 1:
            return False
        for guid, other in self.hubs.items():
            steady = ticks_diff(other[HEARD], other[SINCE]) >= FRESH_MS and self.age(guid) < FRESH_MS
            if steady and other[RANK] < known[RANK] and not other[RANK] & 1:
                return True
        return False

    def choose(self):
        """(GUID, address, port) of the hub to register at; None while there is none or a better may come."""
        usable = [hub for hub in self.hubs if self.age(hub) < FRESH_MS]
        usable = [hub for hub in usable if not self._avoided(hub)] or usable
        if not usable:
            self.first = None
            return None
        rank = min([self.hubs[hub][RANK] for hub in usable])
        usable = [hub for hub in usable if self.hubs[hub][RANK] == rank]
        if self.last in usable and rank == (0 if self.development else 2):
            hub = self.last
        elif ticks_diff(ticks_ms(), self.first) < (BACKUP_WAIT_MS if rank & 1 else STANDARD_WAIT_MS):
            return None
        else:
            hub = usable[jitter(len(usable))]
        return (hub, self.hubs[hub][ADDRESS], self.hubs[hub][PORT])

    def _avoided(self, hub):
        until = self.hubs[hub][AVOIDED]
        if until is not None and ticks_diff(until, ticks_ms()) < 0:
            self.hubs[hub][AVOIDED] = until = None
        return until is not None
