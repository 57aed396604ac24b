"""Tickets would outlive a key: the hub sends none and takes none."""

import os
from typing import Any

import pytest
from OpenSSL import SSL

from tests_host.known import Peers
from tests_host.psk import Client, device_peer, outgoing, shake
from twig.hub.keys.peer import Peer
from twig.hub.tls import bindings
from twig.hub.tls.bindings import ffi, lib
from twig.hub.tls.context import Context
from twig.hub.tls.engine import Engine
from twig.hub.tls.faults import TlsFault

PEER = device_peer()


class Generous:
    """A server with the same key that sends tickets and takes them."""

    def __init__(self) -> None:
        self._context = SSL.Context(SSL.TLS_SERVER_METHOD)
        self._context.set_session_id(b"generous")
        bindings.shared_key_alone(self._context)

        def find(ssl: Any, identity: Any, size: int, found: Any) -> int:
            known = bytes(ffi.buffer(identity, size)) == PEER.identity
            found[0] = bindings.session(ssl, PEER.key) if known else ffi.NULL
            return 1

        self._kept = ffi.callback("int(SSL *, const unsigned char *, size_t, SSL_SESSION **)", find)
        lib.SSL_CTX_set_psk_find_session_callback(self._context._context, self._kept)

    def serves(self, client: SSL.Connection) -> bool:
        """Whether it lets that client in; the client has had all that it says."""
        server = SSL.Connection(self._context, None)
        server.set_accept_state()
        done = False
        for _ in range(2):
            server.bio_write(outgoing(client))
            done = shake(server)
            client.bio_write(outgoing(server))
            assert shake(client)
        with pytest.raises(SSL.WantReadError):
            client.recv(1)
        return done


def engine() -> Engine:
    """The hub's end."""
    keys = Peers(PEER)
    return Engine(Context(keys.find))


def resuming(session: SSL.Session) -> SSL.Connection:
    """A client that has a ticket and no key."""
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_min_proto_version(SSL.TLS1_3_VERSION)
    context.set_tls13_ciphersuites(bindings.SUITE)
    context.set_options(bindings.ALLOW_NO_DHE_KEX)
    client = SSL.Connection(context, None)
    client.set_connect_state()
    assert lib.SSL_set_session(client._ssl, session._session) == 1
    shake(client)
    return client


def refused(client: SSL.Connection) -> None:
    """The hub does not let it in."""
    hub = engine()
    with pytest.raises(TlsFault, match="not known here"):
        hub.receive(outgoing(client))
    assert hub.proof is None


def test_the_hub_sends_none() -> None:
    hub, client = engine(), Client(PEER).connection()
    hub.receive(outgoing(client))
    client.bio_write(hub.outgoing())
    assert shake(client)
    hub.receive(outgoing(client))
    assert hub.proof is PEER
    assert hub.outgoing() == b""


def test_a_ticket_that_another_server_takes_is_of_no_use_here() -> None:
    generous, client = Generous(), Client(PEER).connection()
    assert generous.serves(client)
    ticket = client.get_session()
    assert ticket
    assert generous.serves(resuming(ticket))
    refused(resuming(ticket))


@pytest.mark.parametrize("size", [32, 176, 1_000])
def test_one_that_is_made_up(size: int) -> None:
    refused(Client(Peer(os.urandom(size), os.urandom(32), None, None)).connection())
