"""What all connections with TLS share: how OpenSSL is set up, and who is asked for keys."""

import os

from OpenSSL import SSL

from twig.hub.keys.peer import Find, Peer
from twig.hub.tls import bindings

KEY = 32
# Bytes read from a socket at one go: a whole record, and no more work than other connections can wait for.
READ = 16_384


class Context:
    """TLS 1.3, a shared key, nothing else; `find` knows the keys, `owner` whose an identity is."""

    def __init__(self, find: Find) -> None:
        self.owner = find
        # An unknown identity fails like a wrong key: by the proof, which nobody can give for this one.
        self._nobody = os.urandom(KEY)
        self.asked: tuple[bytes, Peer | None] | None = None  # the last identity, and whose it is
        self.buffer = memoryview(bytearray(READ))
        self._context = SSL.Context(SSL.TLS_SERVER_METHOD)
        self._context.set_min_proto_version(SSL.TLS1_3_VERSION)
        self._context.set_max_proto_version(SSL.TLS1_3_VERSION)
        self._context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        self._context.set_tlsext_servername_callback(_no_ticket)
        bindings.shared_key_alone(self._context)
        bindings.save_memory(self._context)
        self._kept = bindings.ask(self._context, self._key)

    def connection(self) -> SSL.Connection:
        """The server's end of a new connection, on memory BIOs."""
        made = SSL.Connection(self._context, None)
        made.set_accept_state()
        return made

    def _key(self, identity: bytes) -> bytes:
        peer = self.owner(identity)
        self.asked = identity, peer
        return peer.key if peer else self._nobody


def _no_ticket(connection: SSL.Connection) -> None:
    """Send this client no ticket.

    SSL_CTX_set_num_tickets is not bound. OpenSSL sends none either where this option is set at this moment,
    which comes whether or not the client names a server; set before, it makes the tickets stateful."""
    connection.set_options(SSL.OP_NO_TICKET)
