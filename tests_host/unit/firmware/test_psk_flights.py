"""Mutated answers of a server to the TLS client: a TlsError each, unless nothing that counts changed."""

import asyncio
import gc
import random
import socket

import pytest

from firmware import lazy
from firmware.network.records import CHANGE_CIPHER, TlsError
from tests_host import openssl
from tests_host.mutation import mutated, records
from tests_host.openssl import ALONE
from tests_host.unit.firmware.psk_client import shaken

RECORDS = 4  # of the server's flight
WAIT_S = 20.0
FLIGHTS = 10_000


def flight(port: int, hello: bytes) -> bytes:
    """What the server says to a ClientHello."""
    came = b""
    with socket.create_connection(("127.0.0.1", port), WAIT_S) as server:
        server.sendall(hello)
        while len(records(came)) < RECORDS:
            part = server.recv(4096)
            assert part, "the server closed"
            came += part
    return came


async def case(rng: random.Random, port: int) -> str:
    """The client's answer to one mutated flight; "" when it was taken."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with ours, theirs:
        client = asyncio.create_task(shaken(ours))
        await asyncio.sleep(0)  # it has written its hello then
        raw = flight(port, theirs.recv(4096))
        changed = mutated(rng, raw)
        theirs.sendall(changed)
        theirs.shutdown(socket.SHUT_WR)
        try:
            await asyncio.wait_for(client, WAIT_S)
        except TlsError as error:
            return str(error)
    assert what_counts(changed) == what_counts(raw)
    return ""


def what_counts(raw: bytes) -> list[bytes]:
    """The records without that which says nothing, and a version in the clear, which nobody may look at."""
    found = [each for each in records(raw) if each[0] != CHANGE_CIPHER]
    return [found[0][:2] + found[0][3:], *found[1:]]


async def cases(count: int, port: int) -> dict[str, int]:
    """How often the client said what."""
    said: dict[str, int] = {}
    for seed in range(count):
        text = await case(random.Random(seed), port)
        said[text] = said.get(text, 0) + 1
    return said


def test_mutated_flights(monkeypatch: pytest.MonkeyPatch) -> None:
    # Both take most of the time here, where nothing was loaded for the first time.
    monkeypatch.setattr(gc, "collect", lambda: 0)
    monkeypatch.setattr(lazy, "_forget", lambda *job: None)
    with openssl.server(*ALONE) as server:
        said = asyncio.run(cases(FLIGHTS, server.port))
    print(said)
    assert sum(said.values()) == FLIGHTS
    assert len(said) > 5, "many ways to fail were met"
