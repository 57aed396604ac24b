"""A live session under random bytes and messages: it never fails, and other devices do not notice."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.protocol import commands, frame, guid, messages
from tests_host.device import BOOL, Device
from tests_host.fake_transport import FakeTransport
from tests_host.hubs import settings
from twig.hub.connection import Connection
from twig.hub.hub import Hub

WHO, VICTIM = b"fuzz" * 4, b"safe" * 4


class Lab:
    """A hub without a listener, whose connections are made by hand, and a device that must stay online."""

    def __init__(self, data: Path) -> None:
        self.runner = asyncio.Runner()
        self.hub = Hub(settings(data, insecure=False))
        self.runner.run(self.hub.start())
        self.victim = self.runner.run(self.joined(VICTIM))

    def connect(self) -> tuple[Connection, FakeTransport]:
        """A new connection."""
        connection = Connection(self.hub.settings.timing, self.hub.settings.limits, self.hub._opened)
        return connection, FakeTransport(connection)

    async def joined(self, which: bytes) -> tuple[Connection, FakeTransport]:
        """A connection with an admitted device that may have children."""
        connection, transport = self.connect()
        device = Device(which=which, write=connection.data_received)
        device.register()
        if commands.REQUEST_IOS in transport.commands():
            device.register_ios()
        async with asyncio.timeout(5):
            while commands.ACCEPT_DEVICE not in transport.commands():
                await asyncio.sleep(0)
        self.hub.allow_children(guid.text(which), True)
        return connection, transport

    async def close(self) -> None:
        """End the victim's connection and the hub."""
        self.victim[1].abort()
        await self.hub.stop()

    async def feed(self, stream: bytes, joined: bool) -> FakeTransport:
        """Feed a connection until everything is handled; the hub is as healthy as before."""
        connection, transport = await self.joined(WHO) if joined else self.connect()
        connection.data_received(stream)
        while transport.paused and not transport.eof:
            await asyncio.sleep(0)
        transport.abort()
        assert self.hub.device(guid.text(VICTIM)).online
        assert {member.guid for member in self.hub._core.seats.members()} == {VICTIM}
        return transport


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One hub for all examples."""
    made = Lab(tmp_path_factory.mktemp("hub"))
    yield made
    made.runner.run(made.close())
    made.runner.close()


@pytest.fixture(autouse=True)
def no_failures(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What the hub's own code gets wrong is logged as an error: there must be none."""
    caplog.set_level("ERROR", "twig.hub")
    yield
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


GUIDS = st.sampled_from([WHO, VICTIM, guid.SERVER, guid.PARENT, guid.UNASSIGNED, b"child---" * 2])
COMMANDS = st.one_of(st.sampled_from(sorted(messages.MESSAGES)), st.integers(0, (1 << 32) - 1))
SPECIMENS = [
    messages.encode(commands.VALUE_REPORT, request=1, io=1, typed=(BOOL, True)),
    messages.encode(commands.READINGS, request=1, boot=1, first_sequence=1, readings=[(1, 0, BOOL, True)]),
    messages.encode(commands.CHILD_GONE, child=VICTIM),
    messages.encode(commands.LOG_REPORT, level=20, time_ms=0, text="x"),
    messages.encode(
        commands.REGISTER_DEVICE, highest_version=1, features=0, parent=WHO, model="m", firmware="f",
        name="n", io_signature=b"sign", old_ids=[1],
    ),
    b"\x01\x03\x01\x05\x00Relay\x06\x00switch\x00\x00\x00",
    b"\x01\x00",
    b"",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Data of a message with some bytes changed, cut off or added."""
    data = bytearray(draw(st.sampled_from(SPECIMENS)))
    for _ in range(draw(st.integers(0, 3)) if data else 0):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data[: draw(st.integers(0, len(data)))]) + draw(st.binary(max_size=4))


DATA = st.one_of(st.sampled_from(SPECIMENS), mutated(), st.binary(max_size=80))
FRAMES = st.builds(frame.encode, GUIDS, GUIDS, COMMANDS, DATA)


@given(stream=st.binary(max_size=400), joined=st.booleans())
def test_random_bytes(lab: Lab, stream: bytes, joined: bool) -> None:
    lab.runner.run(lab.feed(stream, joined))


@given(frames=st.lists(FRAMES, max_size=8), joined=st.booleans())
def test_random_messages(lab: Lab, frames: list[bytes], joined: bool) -> None:
    transport = lab.runner.run(lab.feed(b"".join(frames), joined))
    for message in transport.sent:  # whatever the hub says is well-formed
        assert message.sender == guid.SERVER
        assert messages.decode(message.command, message.data) is not None


@given(
    frames=st.lists(st.builds(frame.encode, st.just(WHO), st.just(guid.SERVER), COMMANDS, DATA), max_size=8)
)
def test_messages_of_the_right_sender(lab: Lab, frames: list[bytes]) -> None:
    lab.runner.run(lab.feed(b"".join(frames), True))
