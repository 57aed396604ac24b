"""TLS between a socket and a hub's connection, which speaks with it as it does without."""

import asyncio
from collections.abc import Callable
from typing import Any

from firmware.protocol import commands
from twig.hub.connection import Connection
from twig.hub.keys.peer import Peer
from twig.hub.tls.context import Context
from twig.hub.tls.engine import Engine
from twig.hub.tls.faults import TlsFault

# Of the time for a handshake: after that, who has said nothing is to blame for the place that it took up.
# A port scan goes sooner; so does a device that gave up while the hub was busy: hello and end come together.
SHORT = 0.2


class Stream(asyncio.Transport, asyncio.BufferedProtocol):
    """The socket's protocol and the connection's transport; `failed` is called, once, when a handshake goes
    wrong, and for a peer that took up a place without saying anything.

    What the connection says before the peer has proved who it is, is not sent: nobody could read it."""

    def __init__(
        self, context: Context, connection: Connection, handshake_s: float, failed: Callable[[], None]
    ) -> None:
        super().__init__()
        self._context, self._connection, self._failed = context, connection, failed
        self._engine = Engine(context)
        self._handshake_s = handshake_s
        self._over = False  # nothing is taken from the peer any longer
        self._blamed = False  # nobody is to blame, or `failed` has been called

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for a ClientHello, for a time."""
        assert isinstance(transport, asyncio.Transport)
        self._socket = transport
        self._loop = asyncio.get_running_loop()
        self._begun = self._loop.time()
        self._wait(self._connection.abort, "TLS: no handshake in time")
        self._connection.connection_made(self)

    def get_buffer(self, sizehint: int) -> memoryview:
        """One for all: what is read is copied at once."""
        return self._context.buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Bytes came."""
        if self._over:
            return
        try:
            said = self._engine.receive(self._context.buffer[:nbytes])
        except TlsFault as fault:
            self._fail(fault)
            return
        self._flush()
        if proof := self._engine.proof:
            self._take(proof, said)

    def connection_lost(self, error: Exception | None) -> None:
        """The socket is gone."""
        self._over = True
        self._timer.cancel()
        if self._loop.time() - self._begun >= SHORT * self._handshake_s:
            self._blame()
        self._connection.connection_lost(error)
        del self._engine  # its 20 KB go now: the connection and we know each other until the next collection

    def pause_writing(self) -> None:
        """The peer reads too slowly."""
        self._connection.pause_writing()

    def resume_writing(self) -> None:
        """The peer reads again."""
        self._connection.resume_writing()

    # What the connection calls.

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send data in records."""
        if not self._over and self._engine.proof:
            self._engine.send(bytes(data))
            self._flush()

    def write_eof(self) -> None:
        """Send close_notify; then the socket's end."""
        if not self._over and self._engine.proof:
            self._engine.close()
            self._flush()
        self._over = True
        self._socket.write_eof()

    def abort(self) -> None:
        """Close at once."""
        self._over = True
        self._socket.abort()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """The socket's."""
        return self._socket.get_extra_info(name, default)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """The socket's: records wait there and nowhere else."""
        self._socket.set_write_buffer_limits(high, low)

    def get_write_buffer_size(self) -> int:
        """Bytes that wait."""
        return self._socket.get_write_buffer_size()

    def pause_reading(self) -> None:
        """Read nothing more."""
        self._socket.pause_reading()

    def resume_reading(self) -> None:
        """Read on; all that came has been handled."""
        self._socket.resume_reading()
        self._answer_close()

    def _take(self, proof: Peer, said: bytes) -> None:
        """What a peer says that has proved who it is."""
        if self._connection.proof is None:
            self._connection.prove(proof)
            self._timer.cancel()
            self._wait(self._connection.fail, commands.NOT_REGISTERED, "TLS: no message in time")
        if said:
            self._timer.cancel()
            self._blamed = True
            self._connection.data_received(said)
        if self._socket.is_reading():
            self._answer_close()

    def _answer_close(self) -> None:
        """After the peer's close_notify: ours, and the end."""
        if not self._over and self._engine.closed:
            self._over = True
            self._engine.close()
            self._flush()
            self._socket.close()

    def _fail(self, fault: TlsFault) -> None:
        """Send the alert, close."""
        if not self._engine.proof:
            self._blame()
        self._flush()
        self._over = True
        self._connection.close(fault.text, fault=True)

    def _wait(self, end: Callable[..., None], *arguments: object) -> None:
        """For the peer, for a time."""
        self._timer = self._loop.call_later(self._handshake_s, end, *arguments)

    def _blame(self) -> None:
        """The peer's address has one failure more."""
        if not self._blamed:
            self._blamed = True
            self._failed()

    def _flush(self) -> None:
        if outgoing := self._engine.outgoing():
            self._socket.write(outgoing)
