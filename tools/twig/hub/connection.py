"""One device's connection: bytes to messages and back, with every limit of sections 2 and 6."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Protocol

from firmware.protocol import commands, frame, guid, messages
from firmware.protocol.errors import ProtocolError
from twig.hub.keys.peer import Peer
from twig.hub.settings import Limits, Timing

# Messages handled at one go; then other connections get their turn.
TURN = 64
SILENT_FACTOR = 3


class Handler(Protocol):
    """What a connection tells its session."""

    def message(self, sender: bytes, target: bytes, command: int, data: bytes) -> None:
        """A whole message came."""

    def closed(self, reason: str, fault: bool) -> None:
        """The connection is over, by a fault of the peer's or not; told once."""


class Connection(asyncio.Protocol):
    """Reads and writes frames. `neighbour` is the GUID of the device at the other end, as far as known.

    `proof`: whose key protects it, set before the first message; None where nothing does. Of who counts it,
    `proved`, `settled` and `gone` are called when it has one, is registered and is over."""

    def __init__(self, timing: Timing, limits: Limits, opened: Callable[["Connection"], Handler]) -> None:
        self.neighbour = guid.UNASSIGNED
        self.peer = "?"
        self.address = "?"
        self.proof: Peer | None = None
        self.registered = False
        self.reason: str | None = None
        self.gone: Callable[[Connection], None] = lambda connection: None
        self.proved: Callable[[], None] = lambda: None
        self.settled: Callable[[], None] = lambda: None
        self.heard = 0.0
        self._timing, self._limits, self._opened = timing, limits, opened
        self._loop = asyncio.get_running_loop()
        self._reader = frame.Reader(frame.DEVICE_LIMIT)
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._paused = False  # the transport reads nothing
        self._choked = False  # the peer reads nothing

    # What the session calls.

    def send(self, target: bytes, command: int, data: bytes = b"") -> None:
        """Send a message of the server's; nothing happens on a closed connection."""
        if self.reason is None:
            self._transport.write(frame.encode(guid.SERVER, target, command, data))
            if self._transport.get_write_buffer_size() > self._limits.write_buffer:
                self.abort("it does not read what it is sent")

    def error(self, code: int, offending: int, text: str) -> None:
        """Send Error to the neighbour."""
        data = messages.encode(commands.ERROR, code=code, offending=offending, text=text)
        self.send(self.neighbour, commands.ERROR, data)

    def prove(self, proof: Peer) -> None:
        """The peer has proved that it has a key."""
        self.proof = proof
        self.proved()

    def register(self) -> None:
        """The device is registered: larger messages, keep-alive in place of the registration's time-out."""
        if not self.registered and self.reason is None:
            self.registered = True
            self.settled()
            self._reader.limit = frame.HUB_LIMIT
            self._cancel("register")
            self._start("keep-alive", self._timing.keep_alive, self._check_silence)

    def close(self, reason: str, fault: bool = False) -> None:
        """Send what waits, let the peer read it, close."""
        if self._end(reason, fault):
            self._start("linger", self._timing.linger, self._transport.abort)
            # Closing at once with unread bytes would make the peer's system throw our last words away.
            with contextlib.suppress(OSError):  # the peer has reset it: the linger's end clears it up
                self._transport.write_eof()
            if self._paused:
                self._transport.resume_reading()

    def fail(self, code: int, reason: str) -> None:
        """A protocol error: send Error and close."""
        self.error(code, 0, reason)
        self.close(reason, fault=True)

    def abort(self, reason: str) -> None:
        """Close at once; what waits is lost."""
        if self._end(reason, fault=True):
            self._transport.abort()

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to listen."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        peer = transport.get_extra_info("peername") or ("?", 0)
        self.address, self.peer = str(peer[0]), f"{peer[0]}:{peer[1]}"
        transport.set_write_buffer_limits(high=self._limits.write_buffer // 2)
        self.heard = self._loop.time()
        self._start(
            "register", self._timing.register, self.fail, commands.NOT_REGISTERED, "not registered in time"
        )
        self._handler = self._opened(self)

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        self.heard = self._loop.time()
        if self.reason is None:
            self._reader.feed(data)
            self._work()

    def connection_lost(self, error: Exception | None) -> None:
        """The socket is gone."""
        self._end(f"connection lost ({error})" if error else "closed by the device")
        self._cancel("linger")
        self.left()

    def left(self) -> None:
        """It counts no longer."""
        self.proved()
        self.settled()
        self.gone(self)

    def pause_writing(self) -> None:
        """The peer reads too slowly: it is not listened to until it has caught up."""
        self._choked = True
        self._start("write", self._timing.write, self.abort, "it took no byte in time")

    def resume_writing(self) -> None:
        """The peer reads again."""
        self._choked = False
        self._cancel("write")
        if self._paused and self.reason is None:
            self._loop.call_soon(self._work)

    def _work(self) -> None:
        """Handle what is whole, a few messages at a time."""
        for _ in range(TURN):
            if self.reason is not None:
                return
            if self._choked:
                self._hold()
                return
            try:
                message = self._reader.next()
            except ProtocolError as error:
                self.fail(error.code, str(error))
                return
            if message is None:
                self._resume()
                return
            self._cancel("message")
            self._handler.message(*message)
        self._hold()
        self._loop.call_soon(self._work)

    def _hold(self) -> None:
        if not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def _resume(self) -> None:
        if self._paused:
            self._paused = False
            self._transport.resume_reading()
        if self._reader.pending() and "message" not in self._timers:
            self._start(
                "message", self._timing.message, self.fail, commands.MALFORMED, "message not whole in time"
            )

    def _check_silence(self) -> None:
        """Ping a silent device, close one that stays silent."""
        silence = self._loop.time() - self.heard
        if silence >= SILENT_FACTOR * self._timing.keep_alive:
            self.close("silent for too long", fault=True)
            return
        pause = self._timing.keep_alive - silence
        if pause <= 0:
            self.send(self.neighbour, commands.PING)
            pause = self._timing.keep_alive
        self._start("keep-alive", pause, self._check_silence)

    def _end(self, reason: str, fault: bool = False) -> bool:
        if self.reason is not None:
            return False
        self.reason = reason
        for name in list(self._timers):
            self._cancel(name)
        self._handler.closed(reason, fault)
        return True

    def _start(self, name: str, seconds: float, then: Callable[..., object], *arguments: object) -> None:
        self._cancel(name)
        self._timers[name] = self._loop.call_later(seconds, then, *arguments)

    def _cancel(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer:
            timer.cancel()
