"""A device in a few lines: what the tests of the hub speak with. It can be parent to others."""

import asyncio
import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from firmware.protocol import commands, frame, guid, messages, types

BOOL = bytes([types.BOOL])
FLOAT = bytes([types.FLOAT64])
WAIT = 3.0  # for a message that should come: on a busy computer a hub may be slow, but not longer


@dataclass(frozen=True)
class Message:
    """A message as it came, with its named fields."""

    sender: bytes
    target: bytes
    command: int
    data: bytes

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of a known command."""
        return messages.decode(self.command, self.data)


def io(number: int, descriptor: bytes = BOOL, flags: int = 3, name: str = "Relay", kind: str = "switch",
       unit: str = "", limits: tuple[float, float, float] | None = None) -> bytes:  # fmt: skip
    """The data of a RegisterIO."""
    fields = {"name": name, "kind": kind, "unit": unit, "limits": limits}
    return messages.encode(commands.REGISTER_IO, id=number, flags=flags, descriptor=descriptor, **fields)


PLUG = (io(1), io(2, flags=1, name="Button", kind="button"))


@dataclass
class Device:
    """A scripted device; `write` carries its messages, `inbox` what is for it."""

    which: bytes = field(default_factory=lambda: os.urandom(16))
    ios: tuple[bytes, ...] = PLUG
    name: str = "Plug"
    parent: bytes = guid.SERVER
    old_ids: tuple[int, ...] = ()
    write: Callable[[bytes], None] = lambda data: None
    obedient: bool = True  # answers SetValue as a relay does
    values: dict[int, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.inbox: asyncio.Queue[Message | None] = asyncio.Queue()
        self.seen: list[int] = []
        self.children: dict[bytes, Device] = {}

    @property
    def text(self) -> str:
        """The printed GUID."""
        return guid.text(self.which)

    @property
    def signature(self) -> bytes:
        """The IO signature."""
        return hashlib.sha256(b"".join(self.ios)).digest()[:4]

    def send(
        self, command: int, data: bytes = b"", target: bytes = guid.SERVER, sender: bytes | None = None
    ) -> None:
        """Send raw data."""
        self.write(frame.encode(self.which if sender is None else sender, target, command, data))

    def say(self, command: int, target: bytes = guid.SERVER, **fields: Any) -> None:
        """Send a message by its fields."""
        self.send(command, messages.encode(command, **fields), target)

    async def expect(self, command: int, seconds: float = WAIT) -> Message:
        """The next message of that command; others are skipped. AssertionError when none comes."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while (message := await self.inbox.get()) is not None:
                    if message.command == command:
                        return message
                self.inbox.put_nowait(None)
        raise AssertionError(f"no message {command}; seen: {self.seen}")

    async def closed(self, seconds: float = WAIT) -> None:
        """Wait for the end of the connection."""
        async with asyncio.timeout(seconds):
            while await self.inbox.get() is not None:
                pass
        self.inbox.put_nowait(None)

    def register(self, **changes: Any) -> None:
        """Send RegisterDevice."""
        claim = {
            "highest_version": 1, "features": 0, "parent": self.parent, "model": "s26", "firmware": "1.2.3",
            "name": self.name, "io_signature": self.signature, "old_ids": self.old_ids,
        }  # fmt: skip
        self.say(commands.REGISTER_DEVICE, **claim | changes)

    def register_ios(self) -> None:
        """Send all RegisterIO and IOsComplete."""
        for data in self.ios:
            self.send(commands.REGISTER_IO, data)
        self.say(commands.IOS_COMPLETE, count=len(self.ios))

    async def join(self) -> Message:
        """Register; the IOs go when they are asked for. AcceptDevice."""
        self.register()
        return await self.expect(commands.ACCEPT_DEVICE)

    def report(self, number: int, value: Any, descriptor: bytes = BOOL, request: int = 0) -> None:
        """Send ValueReport."""
        self.say(commands.VALUE_REPORT, request=request, io=number, typed=(descriptor, value))

    def take(self, message: Message) -> None:
        """A message for this device or one of its descendants came."""
        for child in self.children.values():
            if child.leads_to(message.target):
                child.take(message)
                return
        self.seen.append(message.command)
        self.inbox.put_nowait(message)
        if message.command == commands.REQUEST_IOS and self.obedient:
            self.register_ios()
        elif message.command == commands.SET_VALUE and self.obedient:
            fields = message.fields
            self.values[fields["io"]] = fields["typed"][1]
            self.report(fields["io"], fields["typed"][1], fields["typed"][0], fields["request"])
        elif message.command == commands.GET_CONFIG and self.obedient:
            self.say(commands.CONFIG_REPORT, request=message.fields["request"], json='{"schema": 1}')
        elif message.command == commands.SET_CONFIG and self.obedient:
            self.say(commands.ACKNOWLEDGE, request=message.fields["request"], code=commands.DONE, text="")

    def leads_to(self, target: bytes) -> bool:
        """Whether a message for that GUID goes to this device or one behind it."""
        return target == self.which or any(child.leads_to(target) for child in self.children.values())

    def adopt(self, **settings: Any) -> "Device":
        """A child behind this device: what it says goes up unchanged."""
        child = Device(parent=self.which, **settings)
        child.write = self.write
        self.children[child.which] = child
        return child


class Wire:
    """A device's connection to a hub."""

    def __init__(self, device: Device, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.device, self.reader, self.writer = device, reader, writer
        device.write, device.inbox = writer.write, asyncio.Queue()
        self._task = asyncio.create_task(self._read())

    async def close(self) -> None:
        """Close the connection."""
        self._task.cancel()
        self.writer.close()
        with suppress(OSError):
            await self.writer.wait_closed()

    async def _read(self) -> None:
        frames = frame.Reader(1 << 20)
        with suppress(OSError):
            while chunk := await self.reader.read(65536):
                frames.feed(chunk)
                while message := frames.next():
                    self.device.take(Message(*message))
        self.device.inbox.put_nowait(None)
        self.writer.close()


async def connect(port: int, device: Device | None = None, host: str = "127.0.0.1") -> Wire:
    """Connect a device (a new one) to a hub."""
    return Wire(device or Device(), *await asyncio.open_connection(host, port))
