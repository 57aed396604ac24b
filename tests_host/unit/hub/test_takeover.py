"""Every attempt to take over a device or to join without a right (protocol, sections 4 and 10), by name."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from firmware.protocol import commands, guid
from tests_host.device import BOOL, Device
from tests_host.hubs import running
from tests_host.lines import Keyed, Line, dial, dial_code, enter, joined, rejection, settle, take_key
from twig.hub.hub import Hub

NOT_ALLOWED = commands.REJECT_NOT_ALLOWED


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    """A hub whose connections are made by hand."""
    async with running(tmp_path) as found:
        yield found


async def parent_at(hub: Hub) -> tuple[Keyed, Line]:
    """A device with a key that may have children."""
    parent, line = await joined(hub)
    hub.allow_children(parent.text, True)
    return parent, line


async def child_of(hub: Hub, parent: Device, **settings: Any) -> Device:
    """A child of that parent, admitted."""
    child = parent.adopt(**settings)
    await child.join()
    return child


async def refused_as_child(parent: Device, which: bytes) -> str:
    """Claim to have a device as a child: why not."""
    reason, text = await rejection(parent.adopt(which=which))
    assert reason == NOT_ALLOWED
    return text


async def unharmed(hub: Hub, device: Device) -> None:
    """The device is where it was, and obeys."""
    await hub.set_value(device.text, 1, True)
    assert device.values == {1: True}


# With a join code.


async def test_a_code_for_a_new_device_does_not_serve_one_that_has_a_key(hub: Hub) -> None:
    device, _ = await joined(hub)
    made = await hub.join_code()
    thief = Keyed(which=device.which)
    line = dial_code(hub, thief, made.code)
    reason, text = await rejection(thief)
    assert (reason, "has a key" in text) == (NOT_ALLOWED, True)
    assert (line.open, thief.keys) == (False, [])
    assert [view.state for view in hub.join_codes()] == ["used", "waiting"]
    await unharmed(hub, device)


async def test_a_code_for_a_new_device_does_not_serve_one_that_has_taken_another(hub: Hub) -> None:
    device = Keyed()
    await take_key(hub, device, (await hub.join_code()).code)
    thief = Keyed(which=device.which)
    dial_code(hub, thief, (await hub.join_code()).code)
    reason, text = await rejection(thief)
    assert (reason, "another code" in text, thief.keys) == (NOT_ALLOWED, True, [])
    await enter(hub, device)


async def test_a_code_serves_one_device_only(hub: Hub) -> None:
    device, made = Keyed(), await hub.join_code()
    await take_key(hub, device, made.code)
    thief = Keyed()
    dial_code(hub, thief, made.code)
    reason, text = await rejection(thief)
    assert (reason, "another device has taken" in text, thief.keys) == (NOT_ALLOWED, True, [])
    await enter(hub, device)


async def test_a_code_serves_one_device_only_on_one_connection_too(hub: Hub) -> None:
    device = Keyed()
    line = dial_code(hub, device, (await hub.join_code()).code)
    device.register()
    await device.expect(commands.SET_KEY)
    device.which = b"another-" * 2
    assert (await rejection(device))[0] == NOT_ALLOWED
    assert (line.open, len(device.keys)) == (False, 1)


async def test_two_devices_that_race_for_a_code_do_not_both_get_a_key(hub: Hub) -> None:
    made = await hub.join_code()
    both = [Keyed(), Keyed()]
    for device in both:
        dial_code(hub, device, made.code)
    for device in both:
        device.register()
    await both[0].expect(commands.SET_KEY)
    await both[1].expect(commands.REJECT_DEVICE)
    assert both[1].keys == []


async def test_a_code_for_a_named_device_serves_no_other(hub: Hub) -> None:
    device, _ = await joined(hub)
    made = await hub.join_code(device.text)
    thief = Keyed()
    dial_code(hub, thief, made.code)
    assert (await rejection(thief))[0] == NOT_ALLOWED
    other, _ = await joined(hub)
    stranger = Keyed(which=other.which)
    dial_code(hub, stranger, made.code)
    assert (await rejection(stranger))[0] == NOT_ALLOWED
    await unharmed(hub, other)


async def test_a_code_for_a_device_that_lost_its_key_leaves_the_old_one_for_now(hub: Hub) -> None:
    device, line = await joined(hub)
    old = device.identity
    made = await hub.join_code(device.text)
    await take_key(hub, device, made.code)
    assert line.open
    assert device.identity != old
    await enter(hub, Keyed(which=device.which, keys=[(old.decode(), b"")]))
    assert hub.device(device.text).key == "rotating"
    await enter(hub, device)
    with pytest.raises(AssertionError, match="handshake"):
        dial(hub, device, old)


async def test_a_used_code_is_worth_nothing(hub: Hub) -> None:
    device, made = Keyed(), await hub.join_code()
    await take_key(hub, device, made.code)
    late = dial_code(hub, Keyed(), made.code)
    await enter(hub, device)
    with pytest.raises(AssertionError, match="handshake"):
        dial_code(hub, Keyed(), made.code)
    thief = late.transport.device
    assert thief
    assert "no longer valid" in (await rejection(thief))[1]


async def test_a_registration_with_a_code_does_not_unseat_the_device_that_is_there(hub: Hub) -> None:
    device, line = await joined(hub)
    thief = Keyed(which=device.which)
    dial_code(hub, thief, (await hub.join_code(device.text)).code)
    thief.register()
    await thief.expect(commands.SET_KEY)
    assert line.open
    await unharmed(hub, device)


# Under a device's key.


async def test_a_key_lets_nobody_register_as_another_device(hub: Hub) -> None:
    victim, _ = await joined(hub)
    thief, _ = await joined(hub)
    for which in (victim.which, b"unknown-" * 2):
        line = dial(hub, thief, thief.identity)
        impostor = Keyed(which=which, write=thief.write)
        line.transport.device = impostor
        reason, text = await rejection(impostor)
        assert (reason, "another device" in text, line.open) == (NOT_ALLOWED, True, False)
    await unharmed(hub, victim)


async def test_an_admitted_device_does_not_register_another_as_itself(hub: Hub) -> None:
    victim, _ = await joined(hub)
    thief, line = await joined(hub)
    impostor = thief.adopt(which=victim.which)
    assert (await rejection(impostor, parent=guid.SERVER))[0] == NOT_ALLOWED
    assert line.open
    await unharmed(hub, victim)


async def test_messages_in_the_name_of_another_device_are_refused(hub: Hub) -> None:
    victim, _ = await joined(hub)
    thief, _ = await joined(hub)
    for line in (True, False):
        if not line:
            dial(hub, thief, thief.identity)  # not registered yet
        impostor = Device(which=victim.which, write=thief.write)
        impostor.report(1, True)
        assert (await thief.expect(commands.ERROR)).fields["code"] == commands.REFUSED
        for command in (commands.PING, commands.GET_PARENT):
            impostor.send(command)
            assert (await thief.expect(commands.ERROR)).fields["code"] == commands.REFUSED
    assert hub.device(victim.text).ios[0].value is None


async def test_a_log_line_in_the_name_of_another_device_is_not_written(
    hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    victim, _ = await joined(hub)
    thief, _ = await joined(hub)
    Device(which=victim.which, write=thief.write).say(commands.ERROR, code=1, offending=16, text="forged")
    await settle()
    assert "device reports an error" not in [record.getMessage() for record in caplog.records]


async def test_a_device_with_a_key_gets_no_second_guid(hub: Hub) -> None:
    device, _ = await joined(hub)
    for registered in (True, False):
        if not registered:
            dial(hub, device, device.identity)
        device.send(commands.REQUEST_GUID, b"8 bytes!", guid.PARENT, guid.UNASSIGNED)
        assert (await device.expect(commands.ERROR)).fields["code"] == commands.REFUSED
    assert commands.SEND_GUID not in device.seen


async def test_a_connection_under_a_key_that_was_dropped_meanwhile_admits_nobody(hub: Hub) -> None:
    device, line = await joined(hub)
    line.close()
    waiting = dial(hub, device, device.identity)
    await hub.revoke(device.text)
    assert "no longer valid" in (await rejection(device))[1]
    assert not waiting.open


# Through a parent.


async def test_a_device_with_a_key_is_nobodys_child(hub: Hub) -> None:
    parent, _ = await parent_at(hub)
    victim, _ = await joined(hub)
    assert "key of its own" in await refused_as_child(parent, victim.which)
    await unharmed(hub, victim)


async def test_a_device_that_has_just_been_given_a_key_is_nobodys_child(hub: Hub) -> None:
    parent, _ = await parent_at(hub)
    victim = Keyed()
    await take_key(hub, victim, (await hub.join_code()).code)
    assert "key of its own" in await refused_as_child(parent, victim.which)
    await enter(hub, victim)


async def test_a_device_known_under_another_parent_is_not_taken_over(hub: Hub) -> None:
    parent, _ = await parent_at(hub)
    other, _ = await parent_at(hub)
    victim = await child_of(hub, parent)
    assert "another parent" in await refused_as_child(other, victim.which)
    await unharmed(hub, victim)


async def test_an_administrators_word_makes_a_device_with_a_key_a_child(hub: Hub) -> None:
    parent, _ = await parent_at(hub)
    device, line = await joined(hub)
    hub.move(device.text, parent.text)
    child = await child_of(hub, parent, which=device.which)
    assert not line.open
    assert hub.device(child.text).parent == parent.text
    await unharmed(hub, child)


async def test_a_parent_speaks_for_admitted_children_only(hub: Hub) -> None:
    parent, _ = await parent_at(hub)
    victim, _ = await joined(hub)
    child = await child_of(hub, parent)
    child.report(1, True)
    Device(which=victim.which, write=parent.write).report(1, True)
    error = await parent.expect(commands.ERROR)
    assert error.fields["code"] == commands.NOT_REGISTERED
    assert (hub.device(child.text).ios[0].value, hub.device(victim.text).ios[0].value) == (True, None)


async def test_a_key_of_a_child_is_not_sent_through_its_parent(hub: Hub) -> None:
    parent, _ = await parent_at(hub)
    device, _ = await joined(hub)
    hub.move(device.text, parent.text)
    child = await child_of(hub, parent, which=device.which)
    await hub.rotate(device.text)
    await settle()
    assert commands.SET_KEY not in child.seen
    assert hub.device(device.text).key == "rotating"


async def test_a_revoked_child_is_put_out_and_its_parent_stays(hub: Hub) -> None:
    parent, line = await parent_at(hub)
    device, _ = await joined(hub)
    hub.move(device.text, parent.text)
    await child_of(hub, parent, which=device.which)
    await hub.revoke(device.text)
    assert (hub.device(device.text).online, line.open) == (False, True)


# Without TLS.


async def test_a_device_with_a_key_is_never_taken_in_plaintext(hub: Hub) -> None:
    device, own = await joined(hub)
    thief = Device(which=device.which)
    line = dial(hub, thief)
    reason, text = await rejection(thief)
    assert (reason, "TLS" in text, line.open) == (NOT_ALLOWED, True, False)
    await unharmed(hub, device)
    own.close()
    dial(hub, thief)
    assert (await rejection(thief))[0] == NOT_ALLOWED


async def test_a_device_that_has_just_been_given_a_key_is_not_taken_in_plaintext(hub: Hub) -> None:
    device = Keyed()
    await take_key(hub, device, (await hub.join_code()).code)
    thief = Device(which=device.which)
    dial(hub, thief)
    assert (await rejection(thief))[0] == NOT_ALLOWED


async def test_a_device_with_a_key_is_no_child_in_plaintext_whatever_was_moved(hub: Hub) -> None:
    parent, device = Device(), (await joined(hub))[0]
    dial(hub, parent)
    await parent.join()
    hub.allow_children(parent.text, True)
    hub.move(device.text, parent.text)
    assert "TLS" in await refused_as_child(parent, device.which)


# By an id of the legacy protocol.


async def test_an_old_id_of_a_device_with_a_key_is_not_taken_over(
    hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    victim, _ = await joined(hub, Keyed(old_ids=(42,)))
    row = hub._core.registry.find(victim.text).record.row
    for thief in ((await joined(hub, Keyed(old_ids=(42,))))[0], Device(old_ids=(42,))):
        if not isinstance(thief, Keyed):
            dial(hub, thief)
            await thief.join()
        assert hub._core.claims._owners == {42: row}
    assert [record.getMessage() for record in caplog.records].count("old ids refused") == 2
    await unharmed(hub, victim)


async def test_a_registration_with_a_code_claims_no_old_id(hub: Hub) -> None:
    await take_key(hub, Keyed(old_ids=(42,)), (await hub.join_code()).code)
    assert hub._core.claims._owners == {}


async def test_reports_of_values_need_an_acceptance_under_the_key(hub: Hub) -> None:
    device, _ = await joined(hub)
    dial(hub, device, device.identity)
    device.say(commands.VALUE_REPORT, request=0, io=1, typed=(BOOL, True))
    assert (await device.expect(commands.ERROR)).fields["code"] == commands.NOT_REGISTERED
