"""The web server of the portal: real sockets, a clock that the test steps."""

import asyncio
import socket
from contextlib import suppress

import pytest

from firmware.portal import assets_cpython, listening, refusal, reply, server
from firmware.portal import page as pages
from firmware.portal.http_error import HttpError
from firmware.portal.server import ANSWER_MS, REQUEST_MS, Server

GET = b"GET / HTTP/1.1\r\nHost: 4.3.2.1\r\n\r\n"


class Web:
    """A server under test; `ask` connects a client. `handle` may be replaced."""

    def __init__(self, clock, port):
        self.clock, self.port = clock, port
        self.server = Server(self._handle)
        self.task = asyncio.ensure_future(self.server.listen())
        self.clients = []
        self.handle = None
        self.requests = []

    async def _handle(self, request, visit):
        self.requests.append(request)
        if self.handle:
            await self.handle(request, visit)
        else:
            await reply.text(visit.sock, 200, "hello")

    async def run(self, milliseconds):
        """Let time pass with the ticks of the mode's loop; the kernel needs real time."""
        for _ in range(max(milliseconds // 50, 1)):
            await self.clock.run(50)
            self.server.tick()
        await self.settle()

    async def settle(self):
        for _ in range(5):
            await asyncio.wait_for(asyncio.sleep(0.001), 1)
            await self.clock.run(1)

    async def client(self, data=b""):
        client = socket.socket()
        client.setblocking(False)
        with suppress(BlockingIOError):
            client.connect(("127.0.0.1", self.port))
        self.clients.append(client)
        await self.settle()
        if data:
            client.send(data)
            await self.settle()
        return client

    def got(self, client):
        """Everything that came, None while the connection is open."""
        data = b""
        while True:
            try:
                chunk = client.recv(65536)
            except BlockingIOError:
                return None
            except ConnectionResetError:
                return data
            if not chunk:
                return data
            data += chunk

    def close(self):
        self.server.close()
        self.task.cancel()
        for client in self.clients:
            client.close()


@pytest.fixture
async def web(clock, free_port, monkeypatch):
    port = free_port()
    monkeypatch.setattr(listening, "PORT", port)
    made = Web(clock, port)
    await made.settle()
    yield made
    made.close()
    await made.settle()
    assert made.server.visits == []


async def test_an_answer_ends_the_connection(web):
    client = await web.client(GET)
    answer = web.got(client)
    assert answer.startswith(b"HTTP/1.1 200 -\r\nConnection: close\r\nCache-Control: no-store\r\n")
    assert answer.endswith(b"Content-Length: 5\r\n\r\nhello")
    assert web.server.visits == []


async def test_an_erroneous_request_gets_its_answer_although_more_comes(web):
    client = await web.client(b"POST / HTTP/1.1\r\nContent-Length: 90000\r\n\r\n")
    client.send(b"x" * 2000)
    await web.run(200)
    client.shutdown(socket.SHUT_WR)
    await web.run(200)
    assert web.got(client).startswith(b"HTTP/1.1 413 ")


async def test_who_goes_on_sending_is_cut_off(web):
    client = await web.client(b"nonsense\r\n")
    await web.run(refusal.LINGER_MS + 200)
    assert web.got(client).startswith(b"HTTP/1.1 400 ")
    assert web.server.visits == []


async def test_a_slow_request_is_ended(web):
    client = await web.client(b"GET /")
    for _ in range(REQUEST_MS // 500 - 1):
        await web.run(500)
        client.send(b"x")
    assert web.got(client) is None
    await web.run(1000)
    assert web.got(client) == b""
    assert web.server.visits == []


async def test_a_client_that_does_not_read_is_ended(web):
    async def endless(request, visit):
        while True:
            await reply.send(visit.sock, b"x" * 4096)

    web.handle = endless
    client = await web.client(GET)
    await web.run(ANSWER_MS + 1000)
    assert web.server.visits == []
    client.close()


async def test_a_client_that_vanishes_before_the_answer(web):
    async def late(request, visit):
        await asyncio.sleep_ms(500)
        for _ in range(50):
            await reply.send(visit.sock, b"x" * 4096)

    web.handle = late
    client = await web.client(GET)
    client.close()
    await web.run(2000)
    assert web.server.visits == []


async def test_spare_connections_make_room(web):
    """Browsers open more than they use at once."""
    for _ in range(server.MOST):
        await web.client()
    assert len(web.server.visits) == server.MOST
    client = await web.client(GET)
    await web.run(300)
    assert web.got(client).endswith(b"hello")


async def test_no_more_at_once_and_the_others_wait(web):
    async def slow(request, visit):
        await asyncio.sleep_ms(1000)
        await reply.text(visit.sock, 200, "slow")

    web.handle = slow
    clients = [await web.client(GET) for _ in range(server.MOST + 2)]
    assert len(web.server.visits) == server.MOST
    for _ in range(4):
        await web.run(600)
    assert all((web.got(client) or b"").endswith(b"slow") for client in clients)


async def test_an_error_of_the_handler_is_answered(web):
    async def refuse(request, visit):
        raise HttpError(415, "send JSON")

    web.handle = refuse
    client = await web.client(GET)
    client.shutdown(socket.SHUT_WR)
    await web.run(100)
    assert web.got(client).endswith(b"\r\n\r\nsend JSON")


async def test_a_full_heap_ends_one_connection_only(web, capsys):
    async def full(request, visit):
        raise MemoryError("memory allocation failed")

    web.handle = full
    assert web.got(await web.client(GET)) == b""
    web.handle = None
    assert web.got(await web.client(GET)).endswith(b"hello")
    assert "memory allocation failed" in capsys.readouterr().out


async def test_a_page_is_sent_in_pieces(web, monkeypatch):
    page = bytes(range(256)) * 40
    monkeypatch.setattr(assets_cpython, "pages", {pages.TOP: page[:3000], "own": page[3000:]})

    async def send(request, visit):
        await pages.file(visit.sock, "own", request.method == "GET")

    web.handle = send
    answer = web.got(await web.client(GET))
    assert b"Content-Encoding: gzip\r\n" in answer
    assert answer.partition(b"\r\n\r\n")[2] == page
    answer = web.got(await web.client(GET.replace(b"GET", b"HEAD")))
    assert b"Content-Length: 10240\r\n" in answer
    assert answer.endswith(b"\r\n\r\n")
