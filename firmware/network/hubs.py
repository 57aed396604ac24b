"""The hubs of which beacons tell (PROTOCOL section 1): a hint, no proof. Loaded while one is sought."""

from time import ticks_diff, ticks_ms

from firmware.network import multicast
from firmware.protocol import beacon
from firmware.protocol.beacon import BACKUP, DEVELOPMENT, SOLICIT
from firmware.protocol.errors import ProtocolError

FRESH_MS = 15000  # three beacons
SOLICIT_MS = 3000
POLL_MS = 50  # of who looks for one
HUBS_MAX = 8

# Fields of what is kept of a hub.
RANK = 0
ADDRESS = 1
PORT = 2
HEARD = 3  # ticks_ms of the last beacon
SINCE = 4  # and of the first in an unbroken row


class Hubs:
    """Those of that protocol id whose GUID is `known`, or all of them: None. `network.pick` takes one.

    `development`: whether development servers count; `hubs`: GUID -> fields as above.
    """

    def __init__(self, ears, protocol, known, development):
        self.ears = ears
        self.protocol = protocol
        self.known = known
        self.development = development
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
        if not self.fresh(hub) or known[RANK] != rank:
            known[SINCE] = now
        known[:SINCE] = (rank, address, port, now)

    def _age(self, hub):
        return ticks_diff(ticks_ms(), self.hubs[hub][HEARD])

    def fresh(self, hub):
        """Whether it was heard lately."""
        return 0 <= self._age(hub) < FRESH_MS  # negative: days ago

    def solicit(self):
        """Ask for beacons now and then."""
        if self.ears.sock and ticks_diff(ticks_ms(), self.asked) >= SOLICIT_MS:
            self.asked = ticks_ms()
            multicast.solicit(self.ears.sock, self.ears.port)
