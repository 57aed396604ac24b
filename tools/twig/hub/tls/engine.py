"""The TLS of one connection without a network: what the peer sends goes in, what it shall get comes out."""

from OpenSSL import SSL

from twig.hub.keys.peer import Peer
from twig.hub.tls import faults
from twig.hub.tls.context import READ, Context

# The protocol's limit for what a device reads in one record.
RECORD = 1_024


class Engine:
    """`proof`: who the peer is, once it has proved it; `closed`: the peer has said that it says no more."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._tls = context.connection()
        self._asked: tuple[bytes, Peer | None] | None = None
        self.proof: Peer | None = None
        self.closed = False

    def receive(self, data: bytes | memoryview) -> bytes:
        """Take bytes from the network: what the peer says by them. TlsFault when it cannot go on."""
        self._tls.bio_write(data)
        try:
            if self.proof is None:
                self._shake()
            return b"".join(self._records())
        except SSL.WantReadError:
            return b""
        except SSL.Error as error:
            raise faults.fault(error, self._asked if self.proof is None else None) from error

    def send(self, data: bytes) -> None:
        """Say something to a peer that has proved who it is."""
        for start in range(0, len(data), RECORD):
            self._tls.send(data[start : start + RECORD])

    def close(self) -> None:
        """Say that we say no more."""
        self._tls.shutdown()

    def outgoing(self) -> bytes:
        """What the network shall carry now."""
        parts = []
        try:
            while True:
                parts.append(self._tls.bio_read(READ))
        except SSL.WantReadError:
            return b"".join(parts)

    def _shake(self) -> None:
        """Go on with the handshake; WantReadError while it is not done."""
        self._context.asked = None
        try:
            self._tls.do_handshake()
        finally:
            self._asked = self._context.asked or self._asked
        # While the peer took its time its key may have been taken away.
        if not self._asked or self._context.owner(self._asked[0]) != self._asked[1]:
            raise faults.TlsFault("TLS: its key is no longer known here")
        self.proof = self._asked[1]

    def _records(self) -> list[bytes]:
        """What all whole records hold."""
        found = []
        try:
            while True:
                found.append(self._tls.recv(READ))
        except SSL.WantReadError:
            return found
        except SSL.ZeroReturnError:
            self.closed = True
            return found
