"""Joining, values, requests and replacement over real sockets."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from firmware.protocol import commands, guid
from tests_host.device import FLOAT, PLUG, Device, connect, io
from tests_host.hubs import PATIENT, joined, running, until
from twig.hub.errors import (
    Busy,
    DeviceOffline,
    DeviceUnknown,
    IOUnknown,
    NoAnswer,
    NotWritable,
    OutOfRange,
    Refused,
    WrongType,
)

LEVEL = io(3, FLOAT, name="Level", kind="power", unit="W", limits=(0.0, 100.0, 0.5))


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
