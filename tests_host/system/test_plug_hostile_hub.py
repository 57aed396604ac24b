"""A hub that means harm: a real plug stays up, keeps its heap, obeys its button, and joins a good hub."""

import asyncio
import os
import random
import struct
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import pytest

from firmware.protocol import commands, frame, guid, messages
from tests_host.hubs import running
from tests_host.system import rig
from tests_host.system.evil import Evil, Line, Script, evil
from twig.twin.plug import Plug

pytestmark = [pytest.mark.timeout(180), pytest.mark.slow]
LIMIT, HEADER = 1536, 36
FUZZ_S = 15.0
# What a run may leave behind: a longer list here, a freed block in another place there.
HEAP_TOLERANCE = 1024
MESSAGE_S = 10.0
# Neither building an image nor Alembic is for several threads of a process.
STARTING = asyncio.Lock()
# A second and more between two connections, up to five when a beacon ends the wait.
SCRIPT_S = 20.0


async def rejected(line: Line, data: bytes, code: int) -> None:
    """A joined plug closes on that; it may say why before."""
    await line.join()
    line.writer.write(data)
    errors = [one.fields["code"] for one in await line.closed() if one.command == commands.ERROR]
    assert errors in ([], [code]), errors


def length(number: int, code: int = commands.MALFORMED) -> Script:
    return lambda line: rejected(line, struct.pack("<I", number) + bytes(64), code)


async def largest(line: Line) -> None:
    """1,536 bytes are read."""
    await line.join()
    line.send(99, bytes(LIMIT - HEADER))
    assert (await line.expect(commands.ERROR)).fields["code"] == commands.UNKNOWN_COMMAND
    await line.alive()


async def unknown_commands(line: Line) -> None:
    await line.join()
    for command in (0, 12, 23, 99, 0xFFFF, 0xFFFFFFFF):
        line.send(command, b"?" * 10)
        fields = (await line.expect(commands.ERROR)).fields
        assert (fields["code"], fields["offending"]) == (commands.UNKNOWN_COMMAND, command)
    await line.alive()


async def bad_values(line: Line) -> None:
    """Wrong types, unknown and read-only IOs, malformed values: an answer to each."""
    await line.join()
    cases = [
        (b"\x07\x00\x01\x02\x01\x00\x00\x00", commands.WRONG_TYPE),
        (b"\x08\x00\x01\x06\x03\x00on!", commands.WRONG_TYPE),
        (b"\x09\x00\x63\x01\x01", commands.NO_SUCH_IO),
        (b"\x0a\x00\x10\x01\x01", commands.NOT_WRITABLE),
        (b"\x0b\x00\x01\x01\x02", commands.MALFORMED),
        (b"\x0c\x00\x01\x01", commands.MALFORMED),
        (b"\x0d\x00\x01\x01\x01\x00", commands.MALFORMED),
        (b"\x0e\x00\x01", commands.MALFORMED),
        (b"\x0f\x00\x01\x40\x40\x40\x40\x40\x40\x40\x40", commands.WRONG_TYPE),  # is not read
        (b"\x0f\x00\x01\x4d\x00", commands.MALFORMED),
    ]
    for data, code in cases:
        line.send(commands.SET_VALUE, data)
        fields = (await line.expect(commands.ACKNOWLEDGE)).fields
        assert (fields["request"], fields["code"]) == (data[0], code), data
    line.send(commands.SET_VALUE, b"\x10")
    assert (await line.expect(commands.ERROR)).fields["code"] == commands.MALFORMED
    await line.alive()


async def malformed_everything(line: Line) -> None:
    """Every command with too few bytes, with rubbish, and what only a device says: it answers or ignores."""
    await line.join()
    for command in range(40):
        if command in (commands.RESTART, commands.PING, commands.ACCEPT_DEVICE):
            continue
        for data in (b"", b"\x01", os.urandom(7), b"\xff" * 40):
            line.send(command, data)
        await line.alive()


async def flood(line: Line) -> None:
    """Twenty changes in a row: five are obeyed, the others refused with `busy`."""
    await line.join()
    await asyncio.sleep(3.1)  # what the button did is no longer within the guard's window
    for number in range(20):
        line.set(number % 2 == 0, 100 + number)
    reports = busy = 0
    while reports + busy < 20:
        message = await line.next()
        if message.command not in (commands.VALUE_REPORT, commands.ACKNOWLEDGE):
            continue
        if message.fields["request"] < 100:  # the button's report, or one of the join
            continue
        if message.command == commands.VALUE_REPORT:
            reports += 1
        else:
            assert message.fields["code"] == commands.BUSY
            busy += 1
    assert busy >= 5 and reports >= 5, (reports, busy)
    await line.alive()


async def many_pings(line: Line) -> None:
    """More answers than it can hold while nobody reads them: it closes, or it answers."""
    await line.join()
    for _ in range(400):
        line.send(commands.PING, bytes(64))
    with suppress(OSError):
        await line.alive()


async def one_byte_a_second(line: Line) -> None:
    """A message is whole after 10 s, or the plug closes."""
    await line.join()
    begun = time.monotonic()
    with suppress(OSError):
        for byte in frame.encode(guid.SERVER, line.device, commands.PING, bytes(60)):
            line.writer.write(bytes((byte,)))
            await line.writer.drain()
            await asyncio.sleep(1)
            if line.reader.at_eof() or time.monotonic() - begun > MESSAGE_S + 5:
                break
            with suppress(TimeoutError):
                await line.next(0.01)
    assert MESSAGE_S - 1 < time.monotonic() - begun < MESSAGE_S + 5


async def endless(line: Line) -> None:
    """A message that promises bytes and sends none."""
    await line.join()
    begun = time.monotonic()
    line.writer.write(struct.pack("<I", 1000) + bytes(100))
    await line.closed(MESSAGE_S + 5)
    assert time.monotonic() - begun > MESSAGE_S - 1


def closes_at(step: int) -> Script:
    """Close when the plug has asked for its parent, has registered, or has reported a value."""

    async def script(line: Line) -> None:
        if step == 0:
            await line.next()
        else:
            await line.meet()
        if step == 2:
            line.accept()
            await line.expect(commands.VALUE_REPORT)

    return script


async def others_mail(line: Line) -> None:
    """What is for somebody else is not obeyed."""
    await line.join()
    data = messages.encode(commands.SET_VALUE, request=5, io=1, typed=(b"\x01", True))
    for target in (os.urandom(16), guid.SERVER, guid.UNASSIGNED, guid.PARENT):
        line.send(commands.SET_VALUE, data, target)
    await line.alive()


SCRIPTS: list[tuple[str, Script]] = [
    ("length 0", length(0)),
    ("length 35", length(35)),
    ("length 1,537", length(LIMIT + 1, commands.TOO_LARGE)),
    ("length 0xffffffff", length(0xFFFFFFFF, commands.TOO_LARGE)),
    ("1,536 bytes", largest),
    ("unknown commands", unknown_commands),
    ("bad values", bad_values),
    ("malformed everything", malformed_everything),
    ("flood", flood),
    ("many pings", many_pings),
    ("others' mail", others_mail),
]
SLOW: list[tuple[str, Script]] = [("one byte a second", one_byte_a_second), ("endless message", endless)]
CLOSING: list[tuple[str, Script]] = [(f"closes at message {step}", closes_at(step)) for step in (0, 1, 2)]


async def join_evil(hub: Evil, plug: Plug, count: int, seconds: float) -> None:
    """Wait until all scripts have run; the button works all the time."""
    end = time.monotonic() + seconds
    while len(hub.done) < count:
        assert not hub.failures, f"{hub.failures}, done: {hub.done}\n{rig.console(plug)[-2000:]}"
        assert time.monotonic() < end, f"done: {hub.done}\n{rig.console(plug)[-2000:]}"
        assert await asyncio.to_thread(rig.press, plug) < rig.SOON_MS
        await asyncio.sleep(2)


async def heap_at(hub_data: Path, port: int, plug: Plug) -> int:
    """The heap that is free at a good hub, after the collection that the status report makes."""
    async with AsyncExitStack() as stack:
        async with STARTING:
            hub = await stack.enter_async_context(running(hub_data, discovery_port=port))
        await rig.until_async(lambda: any(one.online and one.status for one in hub.devices()), "the plug", 90)
        await asyncio.sleep(0.5)
        before = rig.relay(plug)
        milliseconds = await asyncio.to_thread(rig.press, plug)
        assert milliseconds < rig.SOON_MS
        await rig.until_async(lambda: hub.devices()[0].ios[0].value is not before, "the press at the hub")
        found = plug.show()["heap"]["free"]
        assert isinstance(found, int)
        return found


async def suffers(
    tmp_path: Path, port: int, scripts: list[tuple[str, Script]], seconds: float, name: str
) -> None:
    """A plug that knows a good hub meets the evil one, and then the good one again."""
    plug = rig.plug(tmp_path / name, port)
    try:
        async with STARTING:
            await asyncio.to_thread(plug.start)
        before = await heap_at(tmp_path / f"{name} hub", port, plug)
        async with evil(port, scripts) as hub:
            await join_evil(hub, plug, len(scripts), seconds)
        after = await heap_at(tmp_path / f"{name} hub", port, plug)
        rig.untroubled(plug)
        print(f"{name}: heap free {before} -> {after}")
        assert after > before - HEAP_TOLERANCE
    finally:
        await asyncio.to_thread(plug.stop)


async def test_messages_that_no_hub_should_send(tmp_path: Path, free_port: Callable[[], int]) -> None:
    await suffers(tmp_path, free_port(), SCRIPTS, len(SCRIPTS) * SCRIPT_S, "messages")


async def test_slow_endless_and_broken_off(tmp_path: Path, free_port: Callable[[], int]) -> None:
    """Three plugs at once, since each of these takes its time."""
    cases = [(f"slow {number}", [one]) for number, one in enumerate(SLOW)] + [("closing", CLOSING)]
    async with asyncio.TaskGroup() as group:
        for name, scripts in cases:
            group.create_task(suffers(tmp_path, free_port(), scripts, 60, name))


def almost(data: bytes, chance: random.Random) -> bytes:
    """A valid message with one byte changed, and perhaps cut off."""
    changed = bytearray(data)
    changed[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(changed[: chance.randrange(len(data) // 2, len(data) + 1)])


async def fuzz(tmp_path: Path, port: int, seconds: float) -> None:
    """Random messages and random bytes, again and again."""
    chance = random.Random(20240229)
    end = time.monotonic() + seconds
    known = list(range(1, 40))

    async def script(line: Line) -> None:
        with suppress(OSError, TimeoutError):
            await line.join()
            for _ in range(chance.randrange(20, 200)):
                if chance.random() < 0.01:
                    line.writer.write(chance.randbytes(chance.randrange(1, 200)))
                elif chance.random() < 0.3:
                    line.send(commands.SET_VALUE, almost(b"\x07\x00\x01\x01\x01", chance))
                else:
                    command = chance.choice([*known, chance.getrandbits(32)])
                    size = chance.choice((0, 1, 2, 3, 5, 8, 30, 300))
                    line.send(command, chance.randbytes(size) if command != commands.RESTART else b"")
                await line.writer.drain()
                with suppress(TimeoutError):
                    await line.next(0.02)
        if time.monotonic() < end:
            hub.left.append(("fuzz", script))

    plug = rig.plug(tmp_path / "fuzz", port)
    try:
        await asyncio.to_thread(plug.start)
        before = await heap_at(tmp_path / "hub", port, plug)
        async with evil(port, [("fuzz", script)]) as hub:
            while hub.left or time.monotonic() < end:
                await asyncio.sleep(0.5)
                assert not hub.failures, hub.failures
        after = await heap_at(tmp_path / "hub", port, plug)
        rig.untroubled(plug)
        print(f"fuzz: {len(hub.done)} connections, heap free {before} -> {after}")
        assert hub.done
        assert after > before - HEAP_TOLERANCE
    finally:
        await asyncio.to_thread(plug.stop)


async def test_random_messages(tmp_path: Path, free_port: Callable[[], int]) -> None:
    await fuzz(tmp_path, free_port(), FUZZ_S)


@pytest.mark.proof
@pytest.mark.timeout(900)
async def test_random_messages_for_ten_minutes(tmp_path: Path, free_port: Callable[[], int]) -> None:
    await fuzz(tmp_path, free_port(), 600)
