"""Mutated and cut handshakes at the hub's end: a TlsFault or silence, nothing else, and never a proof."""

import random
from collections import Counter

from OpenSSL import SSL

from tests_host.known import Peers
from tests_host.mutation import mutated
from tests_host.psk import Client, device_peer, outgoing, shake
from twig.hub.tls.context import Context
from twig.hub.tls.engine import Engine
from twig.hub.tls.faults import TlsFault

PEER = device_peer(b"g" * 16, bytes(range(32)))
HELLOS, FLIGHTS = 4_000, 2_000
SAID = b"switch it on"


def made() -> Engine:
    """The hub's end."""
    keys = Peers(PEER)
    return Engine(Context(keys.find))


def spoiled(rng: random.Random, raw: bytes) -> bytes:
    """Some of it, or all of it with changes."""
    cut = raw[: rng.randrange(1, len(raw))]
    return mutated(rng, raw) or cut if rng.randrange(2) else cut


def answer(engine: Engine, raw: bytes) -> tuple[str, bytes]:
    """What the engine complains of, and what the peer said as far as the engine takes it."""
    try:
        return "", engine.receive(raw)
    except TlsFault as fault:
        return fault.text, b""
    finally:
        engine.outgoing()


def test_a_mutated_hello_proves_nothing() -> None:
    rng, told = random.Random(1), Counter[str]()
    hello = outgoing(Client(PEER).connection())
    for _ in range(HELLOS):
        engine = made()
        told[answer(engine, spoiled(rng, hello))[0]] += 1
        assert engine.proof is None
    print(told)
    assert len(told) > 10, "many ways to fail were met"
    assert all(reason.startswith("TLS: ") and "Error" not in reason for reason in told if reason)


def test_a_mutated_answer_proves_nothing() -> None:
    rng, told = random.Random(2), Counter[str]()
    for _ in range(FLIGHTS):
        engine, client = made(), Client(PEER).connection()
        reason, said = answer(engine, spoiled(rng, finished(engine, client)))
        told[reason] += 1
        if said:
            assert (said, engine.proof) == (SAID, PEER)
    print(told)
    assert len(told) > 5, "many ways to fail were met"


def finished(engine: Engine, client: SSL.Connection) -> bytes:
    """The client's last flight, with something that it says at once."""
    engine.receive(outgoing(client))
    client.bio_write(engine.outgoing())
    assert shake(client)
    client.send(SAID)
    return outgoing(client)
