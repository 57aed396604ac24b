"""The hubs of which beacons tell (PROTOCOL section 1): a hint, no proof. Loaded while one is sought."""

from time import ticks_diff, ticks_ms

from firmware.network import multicast
from firmware.network.backoff import jitter
from firmware.protocol import beacon
from firmware.protocol.beacon import BACKUP, DEVELOPMENT, SOLICIT
from firmware.protocol.errors import ProtocolError

FRESH_MS = 15000  # three beacons
STANDARD_WAIT_MS = 500  # for better hubs to be heard after the first
BACKUP_WAIT_MS = 3000
AVOID_MS = 300000  # after a failed handshake
SOLICIT_MS = 3000
POLL_MS = 50  # of who asks `choose`
HUBS_MAX = 8

# Fields of what is kept of a hub.
RANK = 0
ADDRESS = 1
PORT = 2
HEARD = 3  # ticks_ms of the last beacon
SINCE = 4  # and of the first in an unbroken row


class Hubs:
    """`provable`: of `network.provable`; `failed`: (GUID, address, port) -> ticks_ms of the failure."""

    def __init__(self, ears, provable, development, failed):
        self.ears = ears
        self.protocol, self.known = provable
        self.development = development
        self.avoided = failed
        self.hubs = {}
        self.first = None
        self.ignored = 0
        self.asked = ticks_ms() - SOLICIT_MS + 2 * POLL_MS  # the socket has just asked by itself
        ears.discovery = self

    def hear(self, data, source):
        """Take a datagram from (address, port); what is no beacon is counted."""
        if data == SOLICIT:
            return
        try:
            flags, address, hub, entries = beacon.decode(data)
        except ProtocolError:
            self.ignored += 1
            return
        rank = self._rank(flags)
        for protocol, port in entries:
            if protocol == self.protocol and rank >= 0 and (self.known is None or hub in self.known):
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
                del self.hubs[max(self.hubs, key=self._age)]
            self.hubs[hub] = known = [rank, 0, 0, now, now]
        if self.first is None:
            self.first = now
        if not self._fresh(hub) or known[RANK] != rank:
            known[SINCE] = now
        known[:SINCE] = (rank, address, port, now)

    def _age(self, hub):
        return ticks_diff(ticks_ms(), self.hubs[hub][HEARD])

    def _fresh(self, hub):
        return 0 <= self._age(hub) < FRESH_MS  # negative: days ago

    def choose(self):
        """(GUID, address, port, whether a backup); None while there is none or a better one may come."""
        usable = [hub for hub in self.hubs if self._fresh(hub)]
        usable = [hub for hub in usable if not self._avoided(hub)] or usable
        if not usable:
            self.first = None
            return None
        rank = min([self.hubs[hub][RANK] for hub in usable])
        usable = [hub for hub in usable if self.hubs[hub][RANK] == rank]
        if self.ears.hub in usable and rank == (0 if self.development else 2):
            return self._target(self.ears.hub)
        if ticks_diff(ticks_ms(), self.first) < (BACKUP_WAIT_MS if rank & 1 else STANDARD_WAIT_MS):
            return None
        return self._target(usable[jitter(len(usable))])

    def _target(self, hub):
        rank, address, port = self.hubs[hub][:HEARD]
        return hub, address, port, bool(rank & 1)

    def _avoided(self, hub):
        target = self._target(hub)[:3]
        failed = self.avoided.get(target)
        if failed is not None and not 0 <= ticks_diff(ticks_ms(), failed) <= AVOID_MS:
            del self.avoided[target]
        return target in self.avoided

    def steady(self):
        """True when a standard hub has been heard for 15 s."""
        for hub, known in self.hubs.items():
            steady = self._fresh(hub) and ticks_diff(known[HEARD], known[SINCE]) >= FRESH_MS
            if steady and not known[RANK] & 1 and not self._avoided(hub):
                return True
        return False

    def solicit(self):
        """Ask for beacons now and then."""
        if self.ears.sock and ticks_diff(ticks_ms(), self.asked) >= SOLICIT_MS:
            self.asked = ticks_ms()
            multicast.solicit(self.ears.sock, self.ears.port)
