"""A transport without a network, for a hub's connection in one process."""

import asyncio
from typing import Any

from firmware.protocol import frame
from tests_host.device import Message


class FakeTransport(asyncio.Transport):
    """Keeps what is written; `gone` once it is closed."""

    def __init__(self, protocol: asyncio.Protocol, peer: tuple[str, int] = ("192.0.2.1", 5)) -> None:
        super().__init__()
        self._protocol, self._peer = protocol, peer
        self._frames = frame.Reader(1 << 20)
        self.sent: list[Message] = []
        self.eof = self.gone = self.paused = False
        self.unsent = 0
        protocol.connection_made(self)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._peer if name == "peername" else default

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self.high = high

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.eof
        self._frames.feed(data)
        while message := self._frames.next():
            self.sent.append(Message(*message))

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.eof = True

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False

    def close(self) -> None:
        self.abort()

    def abort(self) -> None:
        if not self.gone:
            self.gone = True
            self._protocol.connection_lost(None)

    def commands(self) -> list[int]:
        """The commands that were sent."""
        return [message.command for message in self.sent]
