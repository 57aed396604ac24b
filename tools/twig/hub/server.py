"""Accepts connections, as many as the limits allow."""

import asyncio
import contextlib
import functools
import resource
import socket
from collections.abc import Callable

from twig.hub.connection import Connection, Handler
from twig.hub.errors import PortTaken
from twig.hub.keys.peer import Find
from twig.hub.log import Log
from twig.hub.places import Places
from twig.hub.settings import Limits, Timing
from twig.hub.throttle import Throttle
from twig.hub.tls.context import Context
from twig.hub.tls.failures import Failures
from twig.hub.tls.stream import Stream

BACKLOG = 1_024
# Descriptors that the database, the API and the rest of the hub need.
RESERVE = 256
UNLIMITED = 1 << 20
# Seconds that peers have for reading our last words when the hub stops: people wait for that.
FAREWELL = 0.5
# After a failure to accept (no descriptors left) others get time to close theirs.
PAUSE = 0.2
log = Log("server")


class Server:
    """Listens for devices with TLS, whose keys `find` knows, and without.

    Beyond the global limit it lets newcomers wait in the system's queue."""

    def __init__(
        self, timing: Timing, limits: Limits, opened: Callable[[Connection], Handler], find: Find
    ) -> None:
        self._timing, self._limits, self._opened = timing, limits, opened
        self._context = Context(find)
        self._failures = Failures(asyncio.get_running_loop().time)
        self._listeners: dict[socket.socket, bool] = {}  # whether with TLS
        self._connections: set[Connection] = set()
        self._unregistered = Places(limits.unregistered_per_address)
        self._unproven = Places(limits.unproven_per_address)
        self._room = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._throttle = Throttle()
        self.counts = {"accepted": 0, "refused": 0}

    def listen(self, host: str, port: int, tls: bool = False) -> int:
        """Open a port; its number. StartError when it cannot be had."""
        try:
            listener = socket.create_server((host, port), backlog=BACKLOG)
        except OSError as error:
            raise PortTaken(error, host, port, "--tls-port" if tls else "--device-port") from error
        listener.setblocking(False)
        self._listeners[listener] = tls
        self._bound = min(self._limits.connections, _descriptors() - RESERVE)
        self._room.set()
        return int(listener.getsockname()[1])

    async def run(self) -> None:
        """Accept for ever."""
        await asyncio.gather(*(self._accept(*each) for each in self._listeners.items()))

    async def close(self) -> None:
        """Close the ports and all connections; the peers get a moment to read our last words."""
        for listener in self._listeners:
            listener.close()
        for connection in list(self._connections):
            connection.close("the hub stops")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._empty.wait(), min(self._timing.linger, FAREWELL))

    def end(self, which: bytes, reason: str) -> None:
        """Close at once what the key of that GUID protects: it holds no longer."""
        for connection in list(self._connections):
            if connection.proof and connection.proof.guid == which:
                connection.abort(reason)

    def __len__(self) -> int:
        return len(self._connections)

    async def _accept(self, listener: socket.socket, tls: bool) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._room.wait()
            try:
                client, address = await loop.sock_accept(listener)
            except OSError as error:
                log.error("cannot accept", reason=str(error))
                await asyncio.sleep(PAUSE)
                continue
            refusal = self._refusal(str(address[0]), tls)
            if refusal:
                client.close()
                self._refused(str(address[0]), refusal)
            else:
                await self._welcome(client, str(address[0]), tls)

    def _refusal(self, address: str, tls: bool) -> str | None:
        """Why nothing more is taken from an address now."""
        if self._unregistered.full(address):
            return "too many that do not register"
        if tls and self._unproven.full(address):
            return "too many that have proved no key"
        if tls and self._failures.too_many(address):
            return "too many handshakes have failed"
        return None

    async def _welcome(self, client: socket.socket, address: str, tls: bool) -> None:
        connection = Connection(self._timing, self._limits, self._opened)
        protocol = self._secured(connection, address) if tls else connection
        self._count(connection, address, tls)
        try:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # a switch must not wait for an ACK
            await asyncio.get_running_loop().connect_accepted_socket(lambda: protocol, client)
        except OSError as error:
            log.debug("connection failed at once", peer=address, reason=str(error))
            client.close()
            connection.left()

    def _secured(self, connection: Connection, address: str) -> Stream:
        failed = functools.partial(self._failures.note, address)
        return Stream(self._context, connection, self._timing.handshake, failed)

    def _count(self, connection: Connection, address: str, tls: bool) -> None:
        """Count a connection in; it counts itself out."""
        connection.gone = self._gone
        connection.settled = self._unregistered.take(address)
        if tls:
            connection.proved = self._unproven.take(address)
        self._connections.add(connection)
        self._empty.clear()
        self.counts["accepted"] += 1
        if len(self._connections) >= self._bound:
            self._room.clear()

    def _gone(self, connection: Connection) -> None:
        self._connections.discard(connection)
        self._room.set()
        if not self._connections:
            self._empty.set()

    def _refused(self, address: str, reason: str) -> None:
        self.counts["refused"] += 1
        if self._throttle.allow():
            log.warning("connection refused", peer=address, reason=reason, missed=self._throttle.missed())


def _descriptors() -> int:
    """How many files and sockets this process may have, after asking for as many as it can get."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return soft if soft != resource.RLIM_INFINITY else UNLIMITED
