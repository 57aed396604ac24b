"""The release port: HTTP, read-only, for whoever asks. Whoever is slow, or never ends, is closed."""

import asyncio
import socket
from collections import Counter
from collections.abc import Iterator

import h11

from twig.hub.errors import PortTaken
from twig.hub.log import Log
from twig.hub.releases import http
from twig.hub.releases.http import Answer
from twig.hub.releases.releases import Releases
from twig.hub.releases.unsent import taken, unsent
from twig.hub.settings import Limits, Timing
from twig.hub.throttle import Throttle

HEAD = 4_096  # bytes of a request's head; one has some 100
CHUNK = 16_384  # bytes that are read from the disk and handed to a connection when it has taken those before
REQUESTS = 256  # on one connection; a plug has fewer segments to fetch
PIPE = 65_536  # bytes that the system keeps for one connection; Linux makes twice that of it
BACKLOG = 64
HOW = "This port takes GET and HEAD of HTTP/1.1, without a body."
# What a peer may do to a connection, or this port when it closes.
ENDS = (TimeoutError, OSError, h11.ProtocolError)
log = Log("release port")


class ReleasePort:
    """Serves `releases`. A peer costs one of few connections, a chunk of memory, and time that has an end."""

    def __init__(self, releases: Releases, timing: Timing, limits: Limits) -> None:
        self._releases, self._timing, self._limits = releases, timing, limits
        self._open: dict[asyncio.StreamWriter, str] = {}
        self._throttle = Throttle()
        self.counts = {"accepted": 0, "refused": 0, "requests": 0, "cut": 0}

    async def listen(self, host: str, port: int) -> int:
        """Open the port; its number. StartError when it cannot be had."""
        try:
            listener = socket.create_server((host, port), backlog=BACKLOG)
        except OSError as error:
            raise PortTaken(error, host, port, "--release-port") from error
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, PIPE)  # accepted sockets inherit it
        self._server = await asyncio.start_server(self._serve, sock=listener, limit=HEAD)
        return int(listener.getsockname()[1])

    def close(self) -> None:
        """Close the port and all connections."""
        self._server.close()
        for writer in self._open:
            writer.transport.abort()

    def __len__(self) -> int:
        return len(self._open)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = str(writer.get_extra_info("peername", ("",))[0])
        if self._is_full(address):
            writer.transport.abort()
            return
        self._open[writer] = address
        self.counts["accepted"] += 1
        writer.transport.set_write_buffer_limits(0)  # what waits, waits in the system
        try:
            async with asyncio.timeout(self._timing.release_life):
                await self._talk(reader, writer)
            writer.close()
        except ENDS as error:
            self.counts["cut"] += 1
            log.debug("connection cut", peer=address, reason=str(error) or type(error).__name__)
        finally:
            writer.transport.abort()
            del self._open[writer]

    def _is_full(self, address: str) -> bool:
        others = Counter(self._open.values())
        if len(self._open) < self._limits.release_connections and (
            others[address] < self._limits.release_per_address
        ):
            return False
        self.counts["refused"] += 1
        if self._throttle.allow():
            log.warning("connection refused: too many", peer=address, missed=self._throttle.missed())
        return True

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer requests until one says that it is the last."""
        peer = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD)
        for _ in range(REQUESTS):
            try:
                async with asyncio.timeout(self._patience(writer)):
                    request = await _request(peer, reader)
            except h11.RemoteProtocolError as error:
                if peer.our_state in (h11.IDLE, h11.SEND_RESPONSE):
                    await self._send(peer, writer, http.told(error.error_status_hint, HOW), False)
                return
            if request is None:
                return
            self.counts["requests"] += 1
            given = dict(request.headers)
            answer = http.answer(self._releases, request.method, request.target, given)
            await self._send(peer, writer, answer, request.method == b"HEAD")
            if peer.our_state is not h11.DONE or peer.their_state is not h11.DONE:
                return
            peer.start_next_cycle()

    def _patience(self, writer: asyncio.StreamWriter) -> float:
        """Seconds for the next request: who has not got the last answer yet does not ask."""
        return self._timing.release_chunk if unsent(writer) else self._timing.release_request

    async def _send(
        self, peer: h11.Connection, writer: asyncio.StreamWriter, answer: Answer, head: bool
    ) -> None:
        """Send an answer, or of one to HEAD all but the body."""
        response = h11.Response(status_code=answer.status, headers=answer.all_headers(), reason=answer.reason)
        waiting = peer.send(response) or b""
        for data in () if head else self._parts(answer):
            await self._write(writer, waiting + (peer.send(h11.Data(data=data)) or b""))
            waiting = b""
        await self._write(writer, waiting + (peer.send(h11.EndOfMessage()) or b""))

    def _parts(self, answer: Answer) -> Iterator[bytes]:
        """The body."""
        if not answer.file:
            yield answer.text
        for at in range(answer.offset, answer.offset + answer.count, CHUNK):
            yield self._releases.read(answer.file, at, min(CHUNK, answer.offset + answer.count - at))

    async def _write(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        """Hand a chunk on, and wait until the peer has taken those before."""
        if data:
            writer.write(data)
            async with asyncio.timeout(self._timing.release_chunk):
                await taken(writer, CHUNK)


async def _request(peer: h11.Connection, reader: asyncio.StreamReader) -> h11.Request | None:
    """The next request, which has no body; None when the peer ends. h11.RemoteProtocolError."""
    request = None
    while True:
        event = peer.next_event()
        if event is h11.NEED_DATA:
            peer.receive_data(await reader.read(HEAD))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.EndOfMessage):
            return request
        elif isinstance(event, h11.Data):
            raise h11.RemoteProtocolError("a request here has no body", error_status_hint=413)
        else:  # the peer has closed, or wants another protocol
            return None
