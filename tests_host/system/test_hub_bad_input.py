"""Bad input over real sockets: the hub says why, names the peer, and other devices do not notice."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from firmware.protocol import commands, frame, guid, messages, types
from tests_host.device import BOOL, FLOAT, Device, Message, Wire, connect, io
from tests_host.hubs import QUICK, joined, running
from twig.hub.hub import Hub


@asynccontextmanager
async def bystander(hub: Hub) -> AsyncIterator[Device]:
    """Another device; it is online and switches at the end, whatever has happened."""
    wire = await connect(hub.ports["device"])
    device = wire.device
    await device.join()
    yield device
    await hub.set_value(device.text, 1, True)
    assert device.values == {1: True}
    await wire.close()


async def errors_of(wire: Wire) -> list[dict[str, Any]]:
    """All errors until the hub closes."""
    found = []
    async with asyncio.timeout(5):
        while (message := await wire.device.inbox.get()) is not None:
            if message.command == commands.ERROR:
                found.append(message.fields)
    await wire.close()
    return found


@pytest.mark.parametrize(
    ("length", "code"),
    [
        (35, commands.MALFORMED),
        (0, commands.MALFORMED),
        (1537, commands.TOO_LARGE),
        (0xFFFFFFFF, commands.TOO_LARGE),
    ],
)
async def test_an_impossible_length_ends_the_connection(
    tmp_path: Path, length: int, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(tmp_path) as hub, bystander(hub):
        wire = await connect(hub.ports["device"])
        port = wire.writer.get_extra_info("sockname")[1]
        wire.writer.write(length.to_bytes(4, "little") + b"x" * 40_000)
        assert [error["code"] for error in await errors_of(wire)] == [code]
        records = [
            one.__dict__["fields"] for one in caplog.records if one.getMessage() == "connection closed"
        ]
        assert records[0]["peer"] == f"127.0.0.1:{port}"
        assert records[0]["reason"] in ("length below 36", "message above 1536 bytes")


async def test_a_registered_device_may_send_more(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, bystander(hub) as device:
        device.say(commands.LOG_REPORT, level=20, time_ms=0, text="x" * 60_000)
        device.send(commands.PING, b"still here")
        assert (await device.expect(commands.PONG)).data == b"still here"
        wire = await connect(hub.ports["device"])
        await wire.device.join()
        wire.writer.write((65_537).to_bytes(4, "little"))
        assert [error["code"] for error in await errors_of(wire)] == [commands.TOO_LARGE]


async def test_one_byte_a_second_is_too_slow(tmp_path: Path) -> None:
    async with running(tmp_path, timing=QUICK) as hub:
        wire = await connect(hub.ports["device"])
        start = time.monotonic()
        whole = frame.encode(b"g" * 16, guid.SERVER, commands.PING, b"x" * 60)
        dripping = asyncio.create_task(drip(wire, whole))
        assert [error["text"] for error in await errors_of(wire)] == ["message not whole in time"]
        assert QUICK.message <= time.monotonic() - start < QUICK.message + 1
        dripping.cancel()


async def drip(wire: Wire, data: bytes) -> None:
    """Send a byte now and then."""
    for byte in data:
        wire.writer.write(bytes([byte]))
        await asyncio.sleep(0.1)


async def test_a_message_may_come_in_many_segments(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, bystander(hub) as device:
        whole = frame.encode(device.which, guid.SERVER, commands.PING, b"pieces")
        for byte in whole:
            device.write(bytes([byte]))
            await asyncio.sleep(0)
        assert (await device.expect(commands.PONG)).data == b"pieces"


async def test_who_does_not_register_is_closed(tmp_path: Path) -> None:
    async with running(tmp_path, timing=QUICK) as hub:
        wire = await connect(hub.ports["device"])
        pinging = asyncio.create_task(ping_for_ever(wire.device))
        assert [error["text"] for error in await errors_of(wire)] == ["not registered in time"]
        pinging.cancel()


async def ping_for_ever(device: Device) -> None:
    """Endless messages, all of them right."""
    while True:
        device.send(commands.PING)
        await asyncio.sleep(0.02)


async def test_endless_messages_leave_the_others_their_turn(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, bystander(hub) as device:
        wire = await connect(hub.ports["device"])
        flood = frame.encode(b"g" * 16, guid.SERVER, commands.VALUE_REPORT) * 5_000
        sending = asyncio.create_task(write_for_ever(wire, flood))
        for _ in range(10):
            start = time.monotonic()
            await hub.set_value(device.text, 1, True)
            assert time.monotonic() - start < 0.5
        sending.cancel()
        await wire.close()


DEEP = messages.encode(commands.STATUS_REPORT, json='{"a":' + "[" * 900 + "]" * 900 + "}")


async def write_for_ever(wire: Wire, data: bytes) -> None:
    """As much as the hub takes."""
    while True:
        wire.writer.write(data)
        await wire.writer.drain()


async def test_a_reason_fits_into_what_a_device_reads(tmp_path: Path) -> None:
    fields = b"".join((250).to_bytes(2, "little") + bytes([65 + n]) * 250 + BOOL for n in range(9))
    async with running(tmp_path) as hub, joined(hub) as (device, _):
        device.ios = (io(1, bytes([types.COMPLEX, 9]) + fields),)
        await hub.query_ios(device.text)
        device.report(1, True)
        message = await device.expect(commands.ERROR)
        assert message.fields["text"].startswith("IO 1 is complex of AAA")
        assert frame.HEADER + len(message.data) < frame.DEVICE_LIMIT


def answer(message: Message) -> tuple[int, int]:
    """Command and code of an Error or Acknowledge."""
    return message.command, message.fields["code"]


@pytest.mark.parametrize(
    ("command", "data", "expected"),
    [
        (9999, b"", (commands.ERROR, commands.UNKNOWN_COMMAND)),
        (commands.VALUE_REPORT, b"\0\0\x07" + BOOL + b"\1", (commands.ERROR, commands.NO_SUCH_IO)),
        (commands.VALUE_REPORT, b"\0\0\x01" + FLOAT + bytes(8), (commands.ERROR, commands.WRONG_TYPE)),
        (commands.VALUE_REPORT, b"\0\0\x01" + BOOL + b"\2", (commands.ERROR, commands.MALFORMED)),
        (commands.VALUE_REPORT, b"\0\0\x01" + BOOL + b"\1left over", (commands.ERROR, commands.MALFORMED)),
        (commands.VALUE_REPORT, b"", (commands.ERROR, commands.MALFORMED)),
        (commands.REGISTER_DEVICE, b"\1", (commands.ERROR, commands.MALFORMED)),
        (commands.REGISTER_IO, b"\xff\3\1" + bytes(7), (commands.ERROR, commands.MALFORMED)),
        (commands.PING, b"x" * 65, (commands.ERROR, commands.TOO_LARGE)),
        (commands.STATUS_REPORT, b"\x0b\0" + b'{"a":1e999}', (commands.ERROR, commands.MALFORMED)),
        (commands.STATUS_REPORT, b"\x0e\0" + b'{"a":"\\ud800"}', (commands.ERROR, commands.MALFORMED)),
        (commands.STATUS_REPORT, DEEP, (commands.ERROR, commands.MALFORMED)),
        (commands.STATUS_REPORT, b"\2\0[]", (commands.ERROR, commands.MALFORMED)),
        (commands.CHILD_GONE, b"short", (commands.ERROR, commands.MALFORMED)),
        (commands.SET_VALUE, b"\5\0\1\1\1", (commands.ACKNOWLEDGE, commands.REFUSED)),
        (commands.ACCEPT_DEVICE, b"", (commands.ERROR, commands.REFUSED)),
        (commands.READINGS, b"\5\0", (commands.ACKNOWLEDGE, commands.MALFORMED)),
        (commands.READINGS, b"\0\0" + bytes(9), (commands.ERROR, commands.MALFORMED)),
    ],
)
async def test_what_is_wrong_is_said_and_the_connection_stays(
    tmp_path: Path, command: int, data: bytes, expected: tuple[int, int]
) -> None:
    async with running(tmp_path) as hub, bystander(hub) as device:
        device.send(command, data)
        message = await device.expect(expected[0])
        assert answer(message) == expected
        if message.command == commands.ERROR:
            assert message.fields["offending"] == command


@pytest.mark.parametrize("command", [commands.VALUE_REPORT, commands.LOG_REPORT, commands.GET_BLOCK, 39])
async def test_before_acceptance_only_joining_is_possible(tmp_path: Path, command: int) -> None:
    async with running(tmp_path) as hub, bystander(hub):
        for registered in (False, True):
            wire = await connect(hub.ports["device"], Device(obedient=False))
            if registered:
                wire.device.register()
                await wire.device.expect(commands.REQUEST_IOS)
            wire.device.send(command, bytes(60))
            error = await wire.device.expect(commands.ERROR)
            assert (error.target, error.fields["code"]) == (wire.device.which, commands.NOT_REGISTERED)
            await wire.close()


async def test_an_error_is_never_answered(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, bystander(hub) as device:
        device.seen.clear()
        device.send(commands.ERROR, b"")
        device.say(commands.ERROR, code=1, offending=2, text="what?")
        device.send(commands.PING)
        await device.expect(commands.PONG)
        assert device.seen == [commands.TIME, commands.PONG] or device.seen == [commands.PONG]


async def test_another_sender_is_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, bystander(hub) as victim, bystander(hub) as liar:
        liar.send(commands.VALUE_REPORT, b"\0\0\1\1\1", sender=victim.which)
        assert (await liar.expect(commands.ERROR)).fields["code"] == commands.REFUSED
        assert hub.device(victim.text).ios[0].value is None


@pytest.mark.parametrize("which", [guid.SERVER, guid.UNASSIGNED, guid.PARENT])
async def test_reserved_guids_cannot_register(tmp_path: Path, which: bytes) -> None:
    async with running(tmp_path) as hub, bystander(hub):
        wire = await connect(hub.ports["device"], Device(which=which))
        wire.device.register()
        assert (await wire.device.expect(commands.ERROR)).fields["code"] == commands.MALFORMED
        await wire.close()


async def test_another_version_is_rejected(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        wire = await connect(hub.ports["device"])
        wire.device.register(highest_version=0)
        assert (await wire.device.expect(commands.REJECT_DEVICE)).fields["reason"] == commands.REJECT_VERSION
        await wire.device.closed()
        wire = await connect(hub.ports["device"])
        wire.device.register(highest_version=9)
        assert (await wire.device.expect(commands.ACCEPT_DEVICE)).fields["version"] == 1
        await wire.close()
