"""The resolver, by real datagrams on loopback."""

import asyncio
import socket
import struct

import pytest

from firmware.network import address, resolver

A = b"\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04"
ADDRESS = bytes([10, 1, 2, 3])


class Server:
    """A name server of the test: `answers` makes datagrams of a query."""

    def __init__(self):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.setblocking(False)
        self.port = self.sock.getsockname()[1]
        self.queries = []
        self.answers = lambda query: []

    def serve(self):
        while True:
            try:
                query, source = self.sock.recvfrom(512)
            except BlockingIOError:
                return
            self.queries.append(query)
            for answer in self.answers(query):
                self.sock.sendto(answer, source)


@pytest.fixture
def server():
    made = Server()
    yield made
    made.sock.close()


@pytest.fixture
def ask(server, clock):
    async def run(host="hub.lan", seconds=10):
        task = asyncio.ensure_future(resolver.run(host, server.port))
        for _ in range(seconds * 20):
            await clock.run(50)
            server.serve()
            if task.done():
                return await task
        task.cancel()
        return None

    return run


def answer(query, count, records, flags=0x8180):
    return query[:2] + struct.pack(">HHHHH", flags, 1, count, 0, 0) + query[12:] + records


async def test_good(ask, server):
    server.answers = lambda query: [answer(query, 1, A + ADDRESS)]
    assert await ask() == "10.1.2.3"
    assert server.queries[0][12:] == b"\x03hub\x03lan\0\0\x01\0\x01"


async def test_a_cname_first(ask, server):
    cname = b"\xc0\x0c\0\x05\0\x01\0\0\0\x3c\0\x06\x01b\xc0\x10\0\0"[:12] + b"\x03www\xc0\x10"
    server.answers = lambda query: [answer(query, 2, cname + b"\x03www\xc0\x10" + A[2:] + ADDRESS)]
    assert await ask() == "10.1.2.3"


async def test_addresses_are_not_asked_for(ask, server):
    assert await ask("192.168.1.255") == "192.168.1.255"
    assert not server.queries


@pytest.mark.parametrize("size", range(12, 12 + 13 + 16))
async def test_cut_off_at_every_byte(ask, server, size):
    server.answers = lambda query: [answer(query, 1, A + ADDRESS)[:size]]
    with pytest.raises(OSError, match="malformed"):
        await ask()


@pytest.mark.parametrize("size", range(12))
async def test_less_than_a_header(ask, server, size):
    server.answers = lambda query: [answer(query, 1, A + ADDRESS)[:size]]
    with pytest.raises(OSError, match="name"):
        await ask()


async def test_a_wrong_id_is_passed_over(ask, server):
    def both(query):
        wrong = bytes([query[0] ^ 1]) + query[1:]
        return [answer(wrong, 1, A + bytes(4)), answer(query, 1, A + ADDRESS)]

    server.answers = both
    assert await ask() == "10.1.2.3"


async def test_a_wrong_source_is_passed_over(ask, server, station, clock):
    station.dns = "127.0.0.2"  # the query goes nowhere; what comes from 127.0.0.1 is not its answer
    task = asyncio.ensure_future(resolver.run("hub.lan", server.port))
    await clock.run(7000)
    with pytest.raises(OSError, match="no answer"):
        await task


@pytest.mark.parametrize(
    "records", [b"\xc0\x0c" * 40, b"\xff" * 100, b"\x01a" * 50, b"\x3f" * 30, A[:10] + b"\xff\xff" + ADDRESS]
)
async def test_nonsense_ends(ask, server, records):
    server.answers = lambda query: [answer(query, 65535, records)]
    with pytest.raises(OSError, match="name"):
        await ask()


async def test_a_name_without_address(ask, server):
    server.answers = lambda query: [answer(query, 0, b"", 0x8183)]
    with pytest.raises(OSError, match="no address"):
        await ask()


async def test_silence(ask, server, clock):
    with pytest.raises(OSError, match=r"no answer for the name hub\.lan"):
        await ask()
    assert len(server.queries) == resolver.TRIES
    assert len({query[:2] for query in server.queries}) > 1
    assert clock.now <= 6500


@pytest.mark.parametrize("host", ["", ".", "a..b", "x" * 64 + ".lan", "y" * 300])
async def test_no_names(ask, host):
    with pytest.raises(OSError, match="no name"):
        await ask(host)


@pytest.mark.parametrize("host", ["1.2.3", "1.2.3.256", "a.b.c.d", "1.2.3.4.5", "1.2..4"])
def test_no_addresses(host):
    assert not address.is_address(host)
