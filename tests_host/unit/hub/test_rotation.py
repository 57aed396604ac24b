"""New keys for devices that have one, and an end of keys."""

import asyncio
from pathlib import Path

import pytest

from firmware.protocol import commands
from tests_host.device import Device
from tests_host.hubs import running, until
from tests_host.lines import Keyed, Line, dial, dial_code, enter, joined, settle, take_key
from twig.hub import key_desk
from twig.hub.errors import Busy, DeviceUnknown, NoKey, StoreError
from twig.hub.hub import Hub
from twig.hub.store import keys


async def rotated(device: Keyed, count: int = 2) -> None:
    """Wait until a device has stored that many keys."""
    await until(lambda: len(device.keys) == count)
    await settle()


async def comes_back(hub: Hub, device: Keyed, line: Line) -> None:
    """The device closes and connects under its newest key, which is the only one then."""
    line.close()
    await enter(hub, device)
    assert hub.device(device.text).key == "present"


async def test_a_connected_device_gets_a_next_key_and_comes_back_under_it(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        device, line = await joined(hub)
        old = device.identity
        assert (await hub.rotate(device.text)).key == "rotating"
        await rotated(device)
        assert (device.identity != old, line.open) == (True, True)
        await comes_back(hub, device, line)
        with pytest.raises(AssertionError, match="handshake"):
            dial(hub, device, old)


async def test_a_device_that_is_offline_gets_it_when_it_comes(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        device, line = await joined(hub)
        line.close()
        await hub.rotate(device.text)
    async with running(tmp_path) as hub:
        line = await enter(hub, device)
        await rotated(device)
        await comes_back(hub, device, line)


async def test_a_device_that_loses_power_before_it_stores_the_key_goes_on_with_both(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        device, line = await joined(hub)
        device.obedient = False
        await hub.rotate(device.text)
        lost = (await device.expect(commands.SET_KEY)).fields["key"]
        line.close()
        device.obedient = True
        line = await enter(hub, device)
        await rotated(device)
        assert device.keys[1][1] == lost
        await comes_back(hub, device, line)


async def test_a_device_that_loses_power_after_it_has_stored_the_key_comes_under_it(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        device, line = await joined(hub)
        await hub.rotate(device.text)
        message = await device.expect(commands.SET_KEY)
        line.close()  # before its Acknowledge has gone out
        assert device.keys[1][1] == message.fields["key"]
    async with running(tmp_path) as hub:
        await enter(hub, device)
        assert hub.device(device.text).key == "present"
        assert len(device.keys) == 2


async def test_a_second_word_for_it_brings_the_same_key(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        device, _ = await joined(hub)
        for _ in range(3):
            await hub.rotate(device.text)
        await rotated(device)
        assert len(device.keys) == 2


async def test_a_device_that_refuses_stays_connected_under_its_key(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(tmp_path) as hub:
        device, line = await joined(hub)
        device.obedient = False
        await hub.rotate(device.text)
        request = (await device.expect(commands.SET_KEY)).fields["request"]
        device.say(commands.ACKNOWLEDGE, request=request, code=commands.BUSY, text="updating")
        await until(lambda: "updating" in str([getattr(one, "fields", "") for one in caplog.records]))
        assert (line.open, hub.device(device.text).key) == (True, "rotating")
        await hub.rotate(device.text)  # a person may try again at once
        await device.expect(commands.SET_KEY)


async def test_all_devices_with_a_key_are_rotated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_desk, "SLICE", 2)
    async with running(tmp_path) as hub:
        both = [await joined(hub) for _ in range(3)]
        both[2][1].close()
        dial(hub, plain := Device())
        await plain.join()
        found = await hub.rotate_all()
        assert {view.guid for view in found} == {device.text for device, _ in both}
        for device, _ in both[:2]:
            await rotated(device)
        assert {view.key for view in found} == {"rotating"}
        assert hub.device(plain.text).key == "none"


async def test_what_has_no_key_is_neither_rotated_nor_disconnected(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        dial(hub, plain := Device())
        await plain.join()
        with pytest.raises(NoKey, match="join it with a code"):
            await hub.rotate(plain.text)
        assert (await hub.revoke(plain.text)).online
        for action in (hub.rotate, hub.revoke):
            with pytest.raises(DeviceUnknown):
                await action("11111111-2222-4333-8444-555555555555")


def broken(*arguments: object) -> None:
    """A database that takes nothing."""
    raise OSError("disk full")


async def test_a_revocation_that_the_database_missed_can_be_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path) as hub:
        device, line = await joined(hub)
        with monkeypatch.context() as patch:
            patch.setattr(keys, "forget", broken)
            with pytest.raises(StoreError):
                await hub.revoke(device.text)
        assert (line.transport.gone, hub.device(device.text).key) == (True, "none")
        await hub.revoke(device.text)
    async with running(tmp_path) as hub:
        assert hub.device(device.text).key == "none"


async def test_what_a_busy_database_did_not_take_can_be_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(job: object) -> None:
        raise Busy("The database is behind.")

    async with running(tmp_path) as hub:
        (device, _), other = await joined(hub), Keyed()
        named, made = await hub.join_code(device.text), await hub.join_code()
        await take_key(hub, other, made.code)
        with monkeypatch.context() as patch:
            patch.setattr(hub._core.store, "run", busy)
            for action, what in ((hub.revoke, device.text), (hub.cancel_code, made.id)):
                with pytest.raises(Busy):
                    await action(what)
        for identity in (device.identity, other.identity):
            with pytest.raises(AssertionError, match="handshake"):
                dial(hub, device, identity)
        await hub.revoke(device.text)
        await hub.cancel_code(made.id)
    async with running(tmp_path) as hub:
        assert not {named.id, made.id} & {view.id for view in hub.join_codes()}
        for identity in (device.identity, other.identity):
            with pytest.raises(AssertionError, match="handshake"):
                dial(hub, device, identity)


async def test_a_revoked_device_is_out_at_once_and_for_good(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        device, line = await joined(hub)
        await hub.rotate(device.text)
        await rotated(device)
        ending = asyncio.create_task(hub.revoke(device.text))
        await asyncio.sleep(0)
        assert line.transport.gone  # before the database has answered
        assert (await ending).online is False
        assert hub.device(device.text).key == "none"
    async with running(tmp_path) as hub:
        for name, _ in device.keys:
            with pytest.raises(AssertionError, match="handshake"):
                dial(hub, device, name.encode())
        await take_key(hub, device, (await hub.join_code(device.text)).code)
        await enter(hub, device)


async def test_a_key_that_was_revoked_on_its_way_is_not_sent(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        device, line = await joined(hub)
        made = await hub.join_code(device.text)
        thief = Keyed(which=device.which)
        dial_code(hub, thief, made.code)
        thief.register()
        await asyncio.sleep(0)  # the database has not answered yet
        await asyncio.gather(hub.revoke(device.text), thief.expect(commands.REJECT_DEVICE))
        assert (thief.keys, line.open) == ([], False)
