"""Joining by a code (protocol, section 10), without TLS: the connection's proof is set as TLS would."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from firmware.protocol import commands, guid
from tests_host.device import BOOL, Device
from tests_host.hubs import PATIENT, running, until
from tests_host.lines import Keyed, dial, dial_code, enter, joined, rejection, settle, take_key
from twig.hub.store import keys


async def test_a_device_joins_by_a_code_and_comes_back_under_its_key(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        device, made = Keyed(), await hub.join_code()
        line = dial_code(hub, device, made.code)
        device.send(commands.REQUEST_GUID, b"8 bytes!", guid.PARENT, guid.UNASSIGNED)
        assert (await device.expect(commands.SEND_GUID)).fields["nonce"] == b"8 bytes!"
        device.send(commands.GET_PARENT, target=guid.PARENT)
        assert (await device.expect(commands.SET_PARENT)).sender == guid.SERVER
        device.send(commands.PING, b"hello")
        await device.expect(commands.PONG)
        device.register()
        fields = (await device.expect(commands.SET_KEY)).fields
        assert (fields["hub"], fields["identity"].encode()) == (guid.parse(hub.guid), device.identity)
        assert fields["request"] != 0
        assert len(fields["key"]) == 32
        await settle()
        assert line.open
        assert [view.state for view in hub.join_codes()] == ["taken"]
        assert hub.devices() == []
        line.close()
        await enter(hub, device)
        view = hub.device(device.text)
        assert (view.online, view.key) == (True, "present")
        assert [view.state for view in hub.join_codes()] == ["used"]
        assert commands.REQUEST_IOS in device.seen
        assert len(device.keys) == 1


async def test_a_power_cut_while_the_key_is_written_changes_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        device, made = Keyed(obedient=False), await hub.join_code()
        sent = []
        for _ in range(3):
            line = dial_code(hub, device, made.code)
            device.register()
            sent.append((await device.expect(commands.SET_KEY)).fields["key"])
            line.close()
        assert len(set(sent)) == 1
    async with running(tmp_path) as hub:
        device.obedient = True
        await take_key(hub, device, made.code)
        assert device.keys[0][1] == sent[0]
        await enter(hub, device)


async def test_a_repeated_registration_on_one_connection_gets_the_same_key(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        device = Keyed()
        line = dial_code(hub, device, (await hub.join_code()).code)
        for _ in range(2):
            device.register()
            await device.expect(commands.SET_KEY)
        assert (len(device.keys), line.open) == (1, True)


REFUSED = [
    (commands.STATUS_REPORT, {"json": "{}"}),
    (commands.VALUE_REPORT, {"request": 0, "io": 1, "typed": (BOOL, True)}),
    (commands.IOS_COMPLETE, {"count": 0}),
    (commands.SET_PARENT, {}),
    (commands.LOG_REPORT, {"level": 20, "time_ms": 0, "text": "x"}),
    (commands.CHILD_GONE, {"child": b"child---" * 2}),
    (commands.GET_BLOCK, {"sha256": bytes(32), "offset": 0, "count": 1}),
    (commands.SEND_GUID, {"guid": b"g" * 16, "nonce": b"8 bytes!"}),
]


@pytest.mark.parametrize(("command", "fields"), REFUSED)
async def test_with_a_code_everything_else_is_refused(
    tmp_path: Path, command: int, fields: dict[str, Any]
) -> None:
    async with running(tmp_path) as hub:
        device = Keyed()
        line = dial_code(hub, device, (await hub.join_code()).code)
        for _ in range(2):  # before and after it has its key
            device.say(command, **fields)
            error = (await device.expect(commands.ERROR)).fields
            assert (error["code"], error["offending"]) == (commands.REFUSED, command)
            device.register()
            await device.expect(commands.SET_KEY)
        assert line.open


async def test_with_a_code_a_request_is_refused_by_its_acknowledge(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        device = Keyed()
        dial_code(hub, device, (await hub.join_code()).code)
        device.say(commands.READINGS, request=7, boot=1, first_sequence=1, readings=[(1, 0, BOOL, True)])
        answer = (await device.expect(commands.ACKNOWLEDGE)).fields
        assert (answer["request"], answer["code"]) == (7, commands.REFUSED)


async def test_the_parent_of_a_device_with_a_code_is_the_server(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        device, made = Keyed(), await hub.join_code()
        dial_code(hub, device, made.code)
        reason, text = await rejection(device, parent=b"parent--" * 2)
        assert (reason, "hub itself" in text) == (commands.REJECT_NOT_ALLOWED, True)
        assert [view.state for view in hub.join_codes()] == ["waiting"]


async def test_a_device_that_cannot_take_its_key_is_rejected_and_may_try_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(tmp_path) as hub:
        device, made = Keyed(obedient=False), await hub.join_code()
        line = dial_code(hub, device, made.code)
        device.register()
        request = (await device.expect(commands.SET_KEY)).fields["request"]
        device.say(commands.ACKNOWLEDGE, request=request, code=commands.INTERNAL, text="flash is full")
        assert "flash is full" in (await device.expect(commands.REJECT_DEVICE)).fields["text"]
        assert not line.open
        assert "flash is full" in str([getattr(record, "fields", {}) for record in caplog.records])
        device.obedient = True
        await take_key(hub, device, made.code)
        await enter(hub, device)


async def test_an_acknowledge_of_nothing_is_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        device = Keyed(obedient=False)
        dial_code(hub, device, (await hub.join_code()).code)
        device.say(commands.ACKNOWLEDGE, request=1, code=commands.DONE, text="")
        assert (await device.expect(commands.ERROR)).fields["code"] == commands.NOT_REGISTERED
        device.register()
        request = (await device.expect(commands.SET_KEY)).fields["request"]
        device.say(commands.ACKNOWLEDGE, request=request + 1, code=commands.DONE, text="")
        assert (await device.expect(commands.ERROR)).fields["code"] == commands.NOT_REGISTERED


async def test_a_key_is_sent_after_it_is_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(connection: Connection, *rows: Any) -> None:
        raise OSError("disk full")

    async with running(tmp_path) as hub:
        device, made = Keyed(), await hub.join_code()
        with monkeypatch.context() as patch:
            patch.setattr(keys, "save", full)
            dial_code(hub, device, made.code)
            assert (await rejection(device))[0] == commands.REJECT_TRY_LATER
        assert commands.SET_KEY not in device.seen
        await take_key(hub, device, made.code)
        await enter(hub, device)


async def test_a_code_that_is_cancelled_while_a_device_takes_it(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        device, made = Keyed(), await hub.join_code()
        line = dial_code(hub, device, made.code)
        device.register()
        await device.expect(commands.SET_KEY)
        await hub.cancel_code(made.id)
        reason, text = await rejection(device)
        assert (reason, "no longer valid" in text) == (commands.REJECT_NOT_ALLOWED, True)
        assert not line.open
        with pytest.raises(AssertionError, match="handshake"):
            dial(hub, device, device.identity)


async def test_a_code_that_is_cancelled_while_its_key_is_stored_gives_none(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        device, made = Keyed(), await hub.join_code()
        dial_code(hub, device, made.code)
        device.register()
        await asyncio.sleep(0)  # the database has not answered yet
        other = Keyed(which=device.which)
        await asyncio.gather(hub.cancel_code(made.id), device.expect(commands.REJECT_DEVICE))
        await take_key(hub, other, (await hub.join_code()).code)
        assert device.keys == []
        await enter(hub, other)


async def test_a_code_that_expires_during_a_connection_gives_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path) as hub:
        device, made = Keyed(), await hub.join_code()
        dial_code(hub, device, made.code)
        monkeypatch.setattr(hub._core.keys, "_now_ms", lambda: made.expires_ms)
        assert "no longer valid" in (await rejection(device))[1]
        assert commands.SET_KEY not in device.seen


async def test_a_full_hub_takes_no_new_device_by_a_code(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        hub._core.settings = replace(hub.settings, limits=replace(hub.settings.limits, devices=0))
        device = Keyed()
        dial_code(hub, device, (await hub.join_code()).code)
        assert "as many devices" in (await rejection(device))[1]


async def test_a_device_with_a_code_that_does_nothing_is_closed(tmp_path: Path) -> None:
    async with running(tmp_path, timing=replace(PATIENT, register=0.1)) as hub:
        line = dial_code(hub, Keyed(), (await hub.join_code()).code)
        await until(lambda: not line.open)


async def test_what_a_device_says_when_it_comes_under_its_key_is_as_ever(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        device, _ = await joined(hub)
        await hub.set_value(device.text, 1, True)
        device.send(commands.PING, b"hello")
        await device.expect(commands.PONG)
        assert hub.device(device.text).ios[0].value is True


async def test_a_plaintext_hub_still_takes_devices_without_keys(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        device = Device()
        dial(hub, device)
        await device.join()
        assert hub.device(device.text).key == "none"
