"""Joining, values, requests and replacement over real sockets."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from firmware.protocol import commands, frame, guid
from tests_host.device import BOOL, FLOAT, PLUG, Device, Wire, connect, io
from tests_host.hubs import PATIENT, QUICK, running, until
from twig.hub.errors import (
    Busy,
    DeviceOffline,
    DeviceUnknown,
    IOUnknown,
    NoAnswer,
    NotWritable,
    OutOfRange,
    Refused,
    StartError,
    WrongType,
)
from twig.hub.hub import Hub
from twig.hub.settings import Limits

LEVEL = io(3, FLOAT, name="Level", kind="power", unit="W", limits=(0.0, 100.0, 0.5))


@asynccontextmanager
async def joined(hub: Hub, device: Device | None = None) -> AsyncIterator[tuple[Device, Wire]]:
    """A device that has joined a hub."""
    wire = await connect(hub.ports["device"], device)
    try:
        await wire.device.join()
        yield wire.device, wire
    finally:
        await wire.close()


async def test_a_new_device_gets_a_guid_a_parent_and_is_asked_for_its_ios(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        wire = await connect(hub.ports["device"])
        device = wire.device
        device.send(commands.REQUEST_GUID, b"8 bytes!", target=guid.PARENT, sender=guid.UNASSIGNED)
        device.which = guid.UNASSIGNED
        given = await device.expect(commands.SEND_GUID)
        assert (given.sender, given.target, given.fields["nonce"]) == (
            guid.SERVER,
            guid.UNASSIGNED,
            b"8 bytes!",
        )
        device.which = given.fields["guid"]
        device.send(commands.GET_PARENT, target=guid.PARENT)
        parent = await device.expect(commands.SET_PARENT)
        assert (parent.sender, parent.target) == (guid.SERVER, device.which)
        accepted = (await device.join()).fields
        assert accepted["hub"] == guid.parse(hub.guid)
        assert (accepted["keep_alive_s"], accepted["version"], accepted["features"]) == (20, 1, 0)
        assert abs(accepted["time_ms"] / 1000 - time.time()) < 5
        await device.expect(commands.TIME)
        assert device.seen == [2, 4, 8, 6, 11]
        view = hub.device(device.text)
        assert (view.name, view.model, view.firmware, view.online) == ("Plug", "s26", "1.2.3", True)
        assert [(one.name, one.kind, one.type, one.writable) for one in view.ios] == [
            ("Relay", "switch", "bool", True),
            ("Button", "button", "bool", False),
        ]
        await wire.close()


async def test_a_known_signature_is_accepted_without_asking_for_ios(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        async with joined(hub) as (device, _):
            pass
        device.seen.clear()
        device.name = "Kitchen"
        async with joined(hub, device):
            assert commands.REQUEST_IOS not in device.seen
            assert hub.device(device.text).name == "Kitchen"
        device.ios = (*PLUG, LEVEL)
        async with joined(hub, device):
            assert commands.REQUEST_IOS in device.seen
            assert hub.device(device.text).ios[2].limits == (0.0, 100.0, 0.5)


async def test_a_restart_keeps_guid_devices_and_values(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        async with joined(hub) as (device, _):
            await hub.set_value(device.text, 1, True)
        was = hub.guid
    async with running(tmp_path) as hub:
        view = hub.device(device.text)
        assert hub.guid == was
        assert (view.online, view.name, view.ios[0].value) == (False, "Plug", True)
        assert view.ios[0].value_ms
        device.seen.clear()
        async with joined(hub, device):
            assert commands.REQUEST_IOS not in device.seen


async def test_values_are_reported_as_events_and_set_by_request(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, hub.events.subscribe() as events, joined(hub) as (device, _):
        view = await hub.set_value(device.text, 1, True)
        assert (view.value, device.values) == (True, {1: True})
        device.report(2, True)
        await until(lambda: hub.device(device.text).ios[1].value is True)
        told = [await anext(events) for _ in range(4)]
        assert [(event.kind, event.data.get("change")) for event in told[:2]] == [
            ("device", "joined"),
            ("device", "online"),
        ]
        assert [(event.data["io"], event.data["value"]) for event in told[2:]] == [(1, True), (2, True)]


async def test_a_value_that_does_not_fit_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, joined(hub, Device(ios=(*PLUG, LEVEL))) as (device, _):
        cases: list[tuple[int, Any, type[Exception]]] = [
            (1, "on", WrongType),
            (1, 1, WrongType),
            (2, True, NotWritable),
            (3, 100.5, OutOfRange),
            (3, True, WrongType),
            (9, True, IOUnknown),
        ]
        for number, value, error in cases:
            with pytest.raises(error):
                await hub.set_value(device.text, number, value)
        with pytest.raises(DeviceUnknown):
            await hub.set_value(hub.guid, 1, True)
        assert commands.SET_VALUE not in device.seen
        assert (await hub.set_value(device.text, 3, 50)).value == 50.0


async def test_silence_refusal_and_loss_of_the_device_are_told_apart(tmp_path: Path) -> None:
    async with running(tmp_path, timing=replace(PATIENT, answer=0.2)) as hub, joined(hub) as (device, wire):
        device.obedient = False
        with pytest.raises(NoAnswer):
            await hub.set_value(device.text, 1, True)
        for code, error in ((commands.REFUSED, Refused), (commands.BUSY, Busy)):
            setting = asyncio.create_task(hub.set_value(device.text, 1, True))
            request = (await device.expect(commands.SET_VALUE)).fields["request"]
            if code == commands.REFUSED:  # the first one was for the request that timed out
                request = (await device.expect(commands.SET_VALUE)).fields["request"]
            device.say(commands.ACKNOWLEDGE, request=request, code=code, text="no")
            with pytest.raises(error):
                await setting
        setting = asyncio.create_task(hub.set_value(device.text, 1, True))
        await device.expect(commands.SET_VALUE)
        await wire.close()
        with pytest.raises(DeviceOffline):
            await setting
        with pytest.raises(DeviceOffline):
            await hub.set_value(device.text, 1, True)


async def test_ios_can_be_asked_for_again(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, joined(hub) as (device, _):
        await hub.set_value(device.text, 1, True)
        device.ios = (io(1, name="Lamp"), io(2, FLOAT, flags=1, name="Power", kind="power", unit="W"))
        device.seen.clear()
        view = await hub.query_ios(device.text)
        assert [(one.name, one.type, one.value) for one in view.ios] == [
            ("Lamp", "bool", True),  # the same type and kind: the value stays
            ("Power", "float64", None),
        ]
        await until(lambda: device.seen == [commands.REQUEST_IOS, commands.ACCEPT_DEVICE, commands.TIME])


async def test_a_question_for_ios_that_stays_open_is_asked_anew(tmp_path: Path) -> None:
    async with running(tmp_path, timing=replace(PATIENT, answer=0.1)) as hub, joined(hub) as (device, _):
        device.obedient = False
        device.seen.clear()
        for _ in range(2):
            with pytest.raises(NoAnswer):
                await hub.query_ios(device.text)
        assert device.seen.count(commands.REQUEST_IOS) == 2
        device.obedient = True
        await hub.query_ios(device.text)


async def test_missing_ios_are_accepted_but_asked_for_at_the_next_join(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        wire = await connect(hub.ports["device"], Device(obedient=False))
        device = wire.device
        device.register()
        await device.expect(commands.REQUEST_IOS)
        device.send(commands.REGISTER_IO, PLUG[0])
        device.send(commands.REGISTER_IO, b"\x02\x01\xee\x00\x00\x00\x00\x00\x00\x00")
        assert (await device.expect(commands.ERROR)).fields["code"] == commands.MALFORMED
        device.say(commands.IOS_COMPLETE, count=2)
        await device.expect(commands.ACCEPT_DEVICE)
        await wire.close()
        device.seen.clear()
        device.obedient = True
        async with joined(hub, device):
            assert commands.REQUEST_IOS in device.seen


async def test_a_newer_connection_replaces_the_older_one(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, joined(hub) as (device, _), joined(hub) as (bystander, _):
        newer = Device(which=device.which)
        async with joined(hub, newer):
            await device.closed()
            assert hub.device(device.text).online
            await hub.set_value(device.text, 1, True)
            assert newer.values == {1: True}
            assert hub.device(bystander.text).online


async def test_more_than_three_replacements_a_minute_are_refused(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(tmp_path) as hub:
        wires = [await connect(hub.ports["device"], Device(which=b"g" * 16)) for _ in range(5)]
        for wire in wires[:4]:
            await wire.device.join()
        wires[4].device.register()
        rejected = (await wires[4].device.expect(commands.REJECT_DEVICE)).fields
        assert rejected["reason"] == commands.REJECT_TRY_LATER
        await wires[4].device.closed()
        await hub.set_value(wires[3].device.text, 1, True)
        refused = next(one for one in caplog.records if one.getMessage() == "replacement refused")
        ports = [wire.writer.get_extra_info("sockname")[1] for wire in wires[3:5]]
        fields = refused.__dict__["fields"]
        assert [fields["older"], fields["newer"]] == [f"127.0.0.1:{port}" for port in ports]
        for wire in wires:
            await wire.close()


async def test_readings_are_stored_once_and_acknowledged_after_that(tmp_path: Path) -> None:
    reading = (3, 1_795_219_200_123, FLOAT, 12.5)
    async with running(tmp_path) as hub, joined(hub, Device(ios=(*PLUG, LEVEL))) as (device, _):
        for request, first in ((5, 17), (6, 17), (7, 18)):
            device.say(
                commands.READINGS, request=request, boot=9, first_sequence=first, readings=[reading] * 2
            )
            answer = (await device.expect(commands.ACKNOWLEDGE)).fields
            assert (answer["request"], answer["code"]) == (request, commands.DONE)
        rows = await hub._core.store.run(
            lambda db: db.exec_driver_sql("SELECT sequence, value FROM readings").all()
        )
        assert sorted(rows) == [(17, 12.5), (18, 12.5), (19, 12.5)]


@pytest.mark.parametrize(
    ("readings", "code"),
    [
        ([(9, 0, BOOL, True)], commands.NO_SUCH_IO),
        ([(1, 0, BOOL, True), (1, 0, FLOAT, 1.0)], commands.WRONG_TYPE),
    ],
)
async def test_readings_that_do_not_fit_are_refused_as_a_whole(
    tmp_path: Path, readings: list[tuple[Any, ...]], code: int
) -> None:
    async with running(tmp_path) as hub, joined(hub) as (device, _):
        device.say(commands.READINGS, request=5, boot=9, first_sequence=1, readings=readings)
        answer = (await device.expect(commands.ACKNOWLEDGE)).fields
        assert (answer["request"], answer["code"]) == (5, code)
        rows = await hub._core.store.run(
            lambda db: db.exec_driver_sql("SELECT count(*) FROM readings").scalar()
        )
        assert rows == 0


async def test_keep_alive_pings_a_silent_device_and_closes_a_dead_one(tmp_path: Path) -> None:
    async with running(tmp_path, timing=QUICK) as hub, joined(hub) as (device, _):
        start = time.monotonic()
        ping = await device.expect(commands.PING)
        assert (ping.sender, ping.target) == (guid.SERVER, device.which)
        await device.closed()
        assert 2.5 * QUICK.keep_alive < time.monotonic() - start
        await until(lambda: not hub.device(device.text).online)


async def test_a_device_that_pings_stays_and_gets_its_bytes_back(tmp_path: Path) -> None:
    async with running(tmp_path, timing=QUICK) as hub, joined(hub) as (device, _):
        for count in range(8):
            device.send(commands.PING, b"x" * 8 * count)
            assert (await device.expect(commands.PONG)).data == b"x" * 8 * count
            await asyncio.sleep(0.15)
        assert hub.device(device.text).online


async def test_status_logs_and_blocks(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, joined(hub) as (device, _), hub.events.subscribe() as events:
        device.say(commands.STATUS_REPORT, json='{"uptime_s": 5}')
        device.say(commands.LOG_REPORT, level=40, time_ms=0, text="flash is worn")
        device.say(commands.GET_BLOCK, sha256=bytes(32), offset=7, count=512)
        block = (await device.expect(commands.BLOCK)).fields
        assert block == {"offset": 7, "data": b""}
        assert hub.device(device.text).status == {"uptime_s": 5}
        told = [await anext(events), await anext(events)]
        assert [event.kind for event in told] == ["status", "log"]
        assert told[1].data["text"] == "flash is worn"


async def test_old_ids_are_claimed_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with running(tmp_path) as hub:
        for ids in ((42, 43), (42, 44)):
            async with joined(hub, Device(old_ids=ids)):
                pass
        rows = await hub._core.store.run(
            lambda db: db.exec_driver_sql("SELECT old_id, device_id FROM old_ids").all()
        )
        assert sorted(rows) == [(42, 1), (43, 1), (44, 2)]
        assert "old ids refused" in caplog.messages


async def test_the_time_is_sent_again_and_again(tmp_path: Path) -> None:
    async with running(tmp_path, timing=replace(PATIENT, time=0.1)) as hub, joined(hub) as (device, _):
        for _ in range(3):
            told = await device.expect(commands.TIME)
            assert abs(told.fields["time_ms"] / 1000 - time.time()) < 5


async def test_a_hub_that_is_not_insecure_takes_no_devices_and_tells_none(tmp_path: Path) -> None:
    async with running(tmp_path, insecure=False) as hub:
        assert "device" not in hub.ports
        await asyncio.sleep(0.3)
        assert hub.health()["discovery"]["sent"] == 0


async def test_one_directory_belongs_to_one_hub(tmp_path: Path) -> None:
    async with running(tmp_path):
        with pytest.raises(StartError, match="Another hub"):
            async with running(tmp_path):
                pass


async def test_unregistered_connections_of_one_address_are_limited(tmp_path: Path) -> None:
    limits = replace(Limits(), unregistered_per_address=3)
    async with running(tmp_path, limits=limits) as hub:
        async with joined(hub):  # registered: counts no longer
            wires = [await connect(hub.ports["device"]) for _ in range(4)]
            await wires[3].device.closed()
            for wire in wires:
                await wire.close()
            await until(lambda: len(hub._server) == 1)
        async with joined(hub):
            assert hub.health()["connections"]["refused"] == 1


async def test_beyond_the_global_limit_newcomers_wait(tmp_path: Path) -> None:
    limits = replace(Limits(), connections=2)
    async with running(tmp_path, limits=limits) as hub:
        wires = [await connect(hub.ports["device"]) for _ in range(3)]
        wires[2].device.register()
        with pytest.raises(AssertionError):
            await wires[2].device.expect(commands.REQUEST_IOS, 0.3)
        await wires[0].close()
        await wires[2].device.expect(commands.ACCEPT_DEVICE)
        for wire in wires:
            await wire.close()


async def test_what_is_sent_does_not_wait_for_the_peers_acknowledgement(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, joined(hub):
        (connection,) = hub._server._connections
        sock = connection._transport.get_extra_info("socket")
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def test_a_device_that_reads_nothing_is_dropped(tmp_path: Path) -> None:
    limits = replace(Limits(), write_buffer=4096)
    async with running(tmp_path, limits=limits) as hub:
        _, writer = await asyncio.open_connection("127.0.0.1", hub.ports["device"], limit=1024)
        ping = frame.encode(b"g" * 16, guid.SERVER, commands.PING, b"x" * 64)
        writer.transport.pause_reading()
        writer.write(ping * 200_000)
        await until(lambda: len(hub._server) == 0, 10)
        writer.close()
