"""A serial line as a TCP server: one computer at a time, packets in SLIP frames."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self

from tests_host.board.slip import Unframer, framed

JOIN_S = 10.0


class Cut(Exception):
    """The cable has been pulled: nobody can connect again until `replug`."""


class Line:
    """Whoever inherits says in `talk` what happens on a connection."""

    SCHEME = "socket"

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._connection: socket.socket | None = None
        self._packets: list[bytes] = []
        self._unframer = Unframer()

    @property
    def port(self) -> str:
        """As esptool and pyserial take it."""
        return f"{self.SCHEME}://127.0.0.1:{self._listener.getsockname()[1]}"

    def talk(self) -> None:
        """Until EOFError or Cut."""
        raise NotImplementedError

    def replug(self) -> None:
        """Put the cable in again, at a new port."""
        self._thread.join(JOIN_S)
        Line.__init__(self)
        self._thread.start()

    def receive(self) -> bytes:
        """The next packet; EOFError when the computer has closed."""
        assert self._connection
        while not self._packets:
            data = self._connection.recv(1 << 16)
            if not data:
                raise EOFError
            self._packets += self._unframer.feed(data)
        return self._packets.pop(0)

    def send(self, packet: bytes) -> None:
        """A packet."""
        self.send_raw(framed(packet))

    def send_raw(self, data: bytes) -> None:
        """Bytes without a frame."""
        assert self._connection
        self._connection.sendall(data)

    def _serve(self) -> None:
        with self._listener, contextlib.suppress(OSError, Cut):
            while True:
                self._connection, _ = self._listener.accept()
                self._packets, self._unframer = [], Unframer()
                with self._connection, contextlib.suppress(ConnectionError, EOFError):
                    self.talk()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in (self._listener, self._connection):
            with contextlib.suppress(OSError, AttributeError):
                each.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]
        self._thread.join(JOIN_S)
