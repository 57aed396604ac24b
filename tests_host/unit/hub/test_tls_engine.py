"""TLS of one connection in memory, against a client by OpenSSL."""

import pytest
from OpenSSL import SSL

from tests_host.known import Peers
from tests_host.mutation import HEAD, records
from tests_host.psk import Client, device_peer, outgoing, shake
from twig.hub.keys.peer import Peer
from twig.hub.tls.context import Context
from twig.hub.tls.engine import RECORD, Engine
from twig.hub.tls.faults import TlsFault

EXTRA = 1 + 16  # bytes of a record beside what it says: its kind and the tag
ALERT, DATA = 21, 23
PEER = device_peer(b"g" * 16)


def made(*peers: Peer) -> Engine:
    """The hub's end; it knows these."""
    keys = Peers(*(peers or (PEER,)))
    return Engine(Context(keys.find))


def joined(engine: Engine, peer: Peer = PEER) -> SSL.Connection:
    """A client whose handshake is done at both ends."""
    client = Client(peer).connection()
    assert engine.receive(outgoing(client)) == b""
    client.bio_write(engine.outgoing())
    assert shake(client)
    assert engine.receive(outgoing(client)) == b""
    return client


def test_who_has_a_key_is_known_and_both_say_what_they_like() -> None:
    engine = made(device_peer(), PEER, device_peer())
    assert engine.proof is None
    client = joined(engine)
    assert engine.proof is PEER
    assert client.get_cipher_name() == "TLS_AES_128_CCM_SHA256"
    assert client.get_group_name() is None
    for said in (b"x", b"y" * 16_384):
        client.send(said)
        assert engine.receive(outgoing(client)) == said
    engine.send(b"down")
    client.bio_write(engine.outgoing())
    assert client.recv(100) == b"down"


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_any_split_is_the_same(size: int) -> None:
    engine, client, said = made(), Client(PEER).connection(), b""
    for step in range(2):
        raw = outgoing(client)
        for start in range(0, len(raw), size):
            said += engine.receive(raw[start : start + size])
        if step == 0:
            client.bio_write(engine.outgoing())
            assert shake(client)
            client.send(b"first" * 100)
            client.send(b"second")
    assert said == b"first" * 100 + b"second"


def test_what_comes_with_the_finished_is_not_lost() -> None:
    engine, client = made(), Client(PEER).connection()
    engine.receive(outgoing(client))
    client.bio_write(engine.outgoing())
    assert shake(client)
    client.send(b"at once")
    client.shutdown()
    assert engine.receive(outgoing(client)) == b"at once"
    assert engine.proof is PEER
    assert engine.closed


@pytest.mark.parametrize("size", [1, RECORD, RECORD + 1, 70_000])
def test_a_record_holds_what_a_device_can_read(size: int) -> None:
    engine = made()
    client = joined(engine)
    engine.send(b"z" * size)
    sent = records(engine.outgoing())
    assert len(sent) == -(-size // RECORD)
    assert all(len(each) <= HEAD + RECORD + EXTRA for each in sent)
    client.bio_write(b"".join(sent))
    assert sum(len(client.recv(RECORD)) for _ in sent) == size


def test_both_say_that_they_close() -> None:
    engine = made()
    client = joined(engine)
    engine.close()
    client.bio_write(engine.outgoing())
    with pytest.raises(SSL.ZeroReturnError):
        client.recv(1)
    client.shutdown()
    assert engine.receive(outgoing(client)) == b""
    assert engine.closed


def refused(engine: Engine, hello: bytes) -> tuple[str, bytes]:
    """Why, and the alert."""
    with pytest.raises(TlsFault) as caught:
        engine.receive(hello)
    return caught.value.text, engine.outgoing()


def test_an_unknown_identity_looks_like_a_wrong_key() -> None:
    for identity in (PEER.identity, b"j:0011223344556677", b"\xff" * 300):
        right = Peer(identity, bytes(32), None, 1)
        hello = outgoing(Client(Peer(identity, b"w" * 32, None, 1)).connection())
        wrong_key, alert = refused(made(right), hello)
        unknown, same = refused(made(device_peer()), hello)
        assert alert == same
        assert (alert[0], len(alert)) == (ALERT, HEAD + 2)
        assert "does not have" in wrong_key
        assert "not known here" in unknown


def test_the_device_is_named() -> None:
    hello = outgoing(Client(Peer(PEER.identity, bytes(32), None, None)).connection())
    assert "67676767-6767-6767-6767-676767676767" in refused(made(), hello)[0]
    assert "67676767-6767-6767-6767-676767676767" in refused(made(device_peer()), hello)[0]


def test_a_key_that_is_gone_opens_nothing() -> None:
    keys = Peers(PEER)
    context = Context(keys.find)
    joined(Engine(context))
    keys.drop(PEER)
    assert "not known here" in refused(Engine(context), outgoing(Client(PEER).connection()))[0]


def test_a_key_that_goes_during_the_handshake_opens_nothing() -> None:
    keys = Peers(PEER)
    engine, client = Engine(Context(keys.find)), Client(PEER).connection()
    engine.receive(outgoing(client))
    client.bio_write(engine.outgoing())
    assert shake(client)
    client.send(b"switch it on")
    keys.drop(PEER)
    assert refused(engine, outgoing(client)) == ("TLS: its key is no longer known here", b"")
    assert engine.proof is None


def test_one_connection_says_nothing_of_another() -> None:
    other = device_peer()
    keys = Peers(PEER, other)
    context = Context(keys.find)
    ends = [(peer, Engine(context), Client(peer).connection()) for peer in (PEER, other, PEER)]
    for _, engine, client in ends:
        engine.receive(outgoing(client))
        client.bio_write(engine.outgoing())
    for _, engine, client in ends:
        shake(client)
        engine.receive(outgoing(client))
    assert [engine.proof for _, engine, _ in ends] == [peer for peer, _, _ in ends]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "http request"),
        (b"\x16\x03\x01\xff\xff" + bytes(100), "data length too long"),
        (b"\x17\x03\x03\x00\x05hello", "unexpected message"),
        (b"\x24\0\0\0" + bytes(40), "it does not speak TLS"),
    ],
)
def test_what_is_no_hello_is_named(raw: bytes, words: str) -> None:
    assert refused(made(), raw)[0] == f"TLS: {words}"
