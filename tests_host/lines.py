"""Connections to a hub in this process, with the proof that TLS would give, and devices that keep keys."""

import asyncio
from dataclasses import dataclass, field

from firmware.protocol import commands, joincode, joinkey
from tests_host.device import Device, Message
from tests_host.fake_transport import FakeTransport
from twig.hub.connection import Connection
from twig.hub.hub import Hub
from twig.hub.keys import identity
from twig.hub.keys.peer import Peer


class Transport(FakeTransport):
    """Brings what is written to a device."""

    device: Device | None = None
    inbox: asyncio.Queue[Message | None]

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._frames.feed(data)
        while message := self._frames.next():
            if self.device:
                self.device.take(Message(*message))

    def write_eof(self) -> None:
        super().write_eof()
        self.end()

    def abort(self) -> None:
        super().abort()
        self.end()

    def end(self) -> None:
        """The device sees the end of the connection, unless it has another one by now."""
        if self.device and self.device.inbox is self.inbox:
            self.inbox.put_nowait(None)


@dataclass
class Line:
    """A device's connection; without a proof it is plaintext."""

    connection: Connection
    transport: Transport

    def close(self) -> None:
        """The device closes."""
        self.transport.device = None
        self.transport.abort()

    @property
    def open(self) -> bool:
        """Whether the hub listens to it."""
        return self.connection.reason is None


def proof(hub: Hub, identity: bytes) -> Peer:
    """What a handshake with that identity proves; AssertionError where it would fail."""
    found = hub._core.keys.find(identity)
    assert found, f"the handshake as {identity!r} fails"
    return found


def dial(hub: Hub, device: Device, name: bytes | None = None) -> Line:
    """Connect a device."""
    connection = Connection(hub.settings.timing, hub.settings.limits, hub._opened)
    connection.proof = proof(hub, name) if name else None
    transport = Transport(connection)
    transport.device = device
    device.inbox = transport.inbox = asyncio.Queue()
    loop = asyncio.get_running_loop()
    # Later, as over a network: a device answers while the hub still works on what it has sent.
    device.write = lambda data: loop.call_soon(connection.data_received, data) and None
    return Line(connection, transport)


def key_of(code: str) -> bytes:
    """The key of a join code as people type it."""
    return bytes(joinkey.key(joincode.normalise(code)))


def identity_of(code: str) -> bytes:
    """The identity of its key."""
    return identity.of_code(key_of(code))


def dial_code(hub: Hub, device: Device, code: str) -> Line:
    """Connect a device with a join code."""
    return dial(hub, device, identity_of(code))


@dataclass
class Keyed(Device):
    """A device that stores the keys that it is sent, newest last, and acknowledges them."""

    keys: list[tuple[str, bytes]] = field(default_factory=list)

    def take(self, message: Message) -> None:
        super().take(message)
        if message.command == commands.SET_KEY and self.obedient:
            fields = message.fields
            if (fields["identity"], fields["key"]) not in self.keys:
                self.keys.append((fields["identity"], fields["key"]))
            self.say(commands.ACKNOWLEDGE, request=fields["request"], code=commands.DONE, text="")

    @property
    def identity(self) -> bytes:
        """That of its newest key."""
        return self.keys[-1][0].encode()


async def take_key(hub: Hub, device: Keyed, code: str) -> None:
    """Register under a code, take the key, close."""
    line = dial_code(hub, device, code)
    device.register()
    await device.expect(commands.SET_KEY)
    await settle()
    line.close()


async def enter(hub: Hub, device: Keyed) -> Line:
    """Join under the newest key."""
    line = dial(hub, device, device.identity)
    await device.join()
    return line


async def joined(hub: Hub, device: Keyed | None = None) -> tuple[Keyed, Line]:
    """A device that has joined by a new code."""
    device = device or Keyed()
    await take_key(hub, device, (await hub.join_code()).code)
    return device, await enter(hub, device)


async def settle() -> None:
    """Let what is under way on the event loop happen."""
    for _ in range(5):
        await asyncio.sleep(0)


async def rejection(device: Device, **changes: object) -> tuple[int, str]:
    """Register and be refused: reason and text."""
    device.register(**changes)
    fields = (await device.expect(commands.REJECT_DEVICE)).fields
    return fields["reason"], fields["text"]
