"""A hub that a real plug joins and that then misbehaves, by a script."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from firmware.protocol import beacon, commands, frame, guid, messages
from tests_host.device import BOOL, WAIT, Message
from tests_host.system.beacons import announced

LOOPBACK = bytes((127, 0, 0, 1))
RELAY = 1
Script = Callable[["Line"], Awaitable[None]]


class Line:
    """The hub's end of one connection; `joined` once AcceptDevice was sent."""

    def __init__(self, hub: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.hub, self.reader, self.writer = hub, reader, writer
        self.device = bytes(16)
        self.frames = frame.Reader(1 << 16)

    def send(self, command: int, data: bytes = b"", target: bytes | None = None) -> None:
        """A message with raw data."""
        target = self.device if target is None else target
        self.writer.write(frame.encode(guid.SERVER, target, command, data))

    def say(self, command: int, **fields: Any) -> None:
        """A message by its fields."""
        self.send(command, messages.encode(command, **fields))

    def set(self, on: bool, request: int = 1) -> None:
        """SetValue of the relay."""
        self.say(commands.SET_VALUE, request=request, io=RELAY, typed=(BOOL, on))

    async def next(self, seconds: float = WAIT) -> Message:
        """The plug's next message; ConnectionError at the end of the stream."""
        async with asyncio.timeout(seconds):
            while not (message := self.frames.next()):
                chunk = await self.reader.read(4096)
                if not chunk:
                    raise ConnectionResetError("the plug has closed")
                self.frames.feed(chunk)
        return Message(*message)

    async def expect(self, command: int, seconds: float = WAIT) -> Message:
        """The plug's next message of that command."""
        while (message := await self.next(seconds)).command != command:
            pass
        return message

    async def meet(self) -> None:
        """Give a GUID where it is asked for, and the parent; returns at RegisterDevice."""
        while (message := await self.next()).command != commands.REGISTER_DEVICE:
            if message.command == commands.REQUEST_GUID:
                answer = messages.encode(commands.SEND_GUID, guid=os.urandom(16), nonce=message.data)
                self.send(commands.SEND_GUID, answer, guid.UNASSIGNED)
            elif message.command == commands.GET_PARENT:
                self.device = message.sender
                self.send(commands.SET_PARENT)

    async def join(self) -> None:
        """Take the plug as a good hub does; returns after its first values."""
        await self.meet()
        self.accept()
        await self.expect(commands.VALUE_REPORT)
        await self.expect(commands.VALUE_REPORT)

    def accept(self) -> None:
        """AcceptDevice."""
        self.say(
            commands.ACCEPT_DEVICE,
            time_ms=int(time.time() * 1000), keep_alive_s=20, version=1, features=0, hub=self.hub,
        )  # fmt: skip

    async def alive(self) -> None:
        """The plug still answers on this connection."""
        self.send(commands.PING, b"still there?")
        while (await self.expect(commands.PONG)).data != b"still there?":
            pass

    async def closed(self, seconds: float = WAIT) -> list[Message]:
        """Wait until the plug closes; what it said before."""
        seen = []
        with suppress(OSError):
            while True:
                seen.append(await self.next(seconds))
        return seen


class Evil:
    """Runs one script per connection, in order; `failures` names those that did not go as they should."""

    def __init__(self, scripts: list[tuple[str, Script]]) -> None:
        self.guid = os.urandom(16)
        self.left = list(scripts)
        self.failures: list[str] = []
        self.done: list[str] = []
        self._tasks: set[asyncio.Task[Any]] = set()

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        name, script = self.left.pop(0) if self.left else ("hold", hold)
        try:
            await script(Line(self.guid, reader, writer))
            self.done.append(name)
        except asyncio.CancelledError:
            return  # the test is over
        except Exception as error:  # a mistake in a script is a failure, too
            self.failures.append(f"{name}: {type(error).__name__} {error}")
        finally:
            self._tasks.discard(task)
            writer.close()

    async def end(self) -> None:
        """Stop what runs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.sleep(0.1)


async def hold(line: Line) -> None:
    """Be a good hub, after all scripts."""
    await line.join()
    with suppress(OSError):
        while True:
            await line.next(3600)


@asynccontextmanager
async def evil(port: int, scripts: list[tuple[str, Script]]) -> AsyncIterator[Evil]:
    """Such a hub, announced as any other."""
    made = Evil(scripts)
    server = await asyncio.start_server(made.meet, "127.0.0.1", 0)
    entries = [(beacon.TCP, server.sockets[0].getsockname()[1])]
    try:
        async with announced(port, beacon.encode(0, LOOPBACK, made.guid, entries)):
            yield made
    finally:
        await made.end()
        server.close()
