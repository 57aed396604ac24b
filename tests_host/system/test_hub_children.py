"""Devices behind a parent (section 9), over real sockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from firmware.protocol import commands, guid
from tests_host.device import Device, Wire, connect
from tests_host.hubs import running, until
from twig.hub.errors import DeviceOffline
from twig.hub.hub import Hub
from twig.hub.settings import Limits


@asynccontextmanager
async def parent_at(hub: Hub) -> AsyncIterator[tuple[Device, Wire]]:
    """An admitted device that may have children."""
    wire = await connect(hub.ports["device"])
    try:
        await wire.device.join()
        hub.allow_children(wire.device.text, True)
        yield wire.device, wire
    finally:
        await wire.close()


async def line_of(hub: Hub, top: Device, length: int) -> list[Device]:
    """Devices each behind the one before, all admitted and allowed children."""
    line = [top]
    for _ in range(length):
        child = line[-1].adopt()
        await child.join()
        hub.allow_children(child.text, True)
        line.append(child)
    return line


async def offline(hub: Hub, *devices: Device) -> None:
    """Wait until the devices are offline."""
    await until(lambda: not any(hub.device(device.text).online for device in devices))


async def rejection(device: Device, **changes: Any) -> dict[str, Any]:
    """Register a device that is refused."""
    device.register(**changes)
    return (await device.expect(commands.REJECT_DEVICE)).fields


async def test_a_child_joins_through_its_parent_and_is_switched(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, parent_at(hub) as (parent, _):
        child = parent.adopt(name="Lamp")
        await child.join()
        view = hub.device(child.text)
        assert (view.online, view.parent, view.name) == (True, parent.text, "Lamp")
        await hub.set_value(child.text, 1, True)
        assert (child.values, parent.values) == ({1: True}, {})


async def test_two_children_that_ask_at_once_get_a_guid_each(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, parent_at(hub) as (parent, _):
        nonces = [b"child--1", b"child--2"]
        for nonce in nonces:
            parent.send(commands.REQUEST_GUID, nonce, target=guid.PARENT, sender=guid.UNASSIGNED)
        given = [(await parent.expect(commands.SEND_GUID)).fields for _ in nonces]
        assert [fields["nonce"] for fields in given] == nonces
        assert len({fields["guid"] for fields in given}) == 2


async def test_a_device_without_the_setting_may_not_have_children(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        wire = await connect(hub.ports["device"])
        parent = wire.device
        await parent.join()
        child = parent.adopt()
        child.register()
        assert (await parent.expect(commands.ERROR)).fields["code"] == commands.REFUSED
        parent.send(commands.REQUEST_GUID, b"8 bytes!", target=guid.PARENT, sender=guid.UNASSIGNED)
        assert (await parent.expect(commands.ERROR)).fields["code"] == commands.REFUSED
        assert [view.guid for view in hub.devices()] == [parent.text]
        await wire.close()


async def test_a_parent_that_drops_takes_its_descendants_along(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, parent_at(hub) as (parent, wire):
        line = await line_of(hub, parent, 2)
        await wire.close()
        await offline(hub, *line)
        with pytest.raises(DeviceOffline):
            await hub.set_value(line[2].text, 1, True)


async def test_a_child_that_is_gone_takes_only_those_behind_it_along(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, parent_at(hub) as (parent, _):
        line = await line_of(hub, parent, 2)
        sibling = parent.adopt()
        await sibling.join()
        parent.say(commands.CHILD_GONE, child=line[1].which)
        await offline(hub, line[1], line[2])
        assert hub.device(sibling.text).online
        assert hub.device(parent.text).online
        await line[1].join()
        await hub.set_value(line[1].text, 1, True)


async def test_a_child_that_registers_again_has_nobody_behind_it(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, parent_at(hub) as (parent, _):
        line = await line_of(hub, parent, 2)
        await line[1].join()
        await offline(hub, line[2])
        assert hub.device(line[1].text).online


async def test_the_members_of_a_connection_are_limited(tmp_path: Path) -> None:
    limits = replace(Limits(), members=3)
    async with running(tmp_path, limits=limits) as hub, parent_at(hub) as (parent, _):
        children = [parent.adopt() for _ in range(3)]
        await children[0].join()
        await children[1].join()
        assert (await rejection(children[2]))["reason"] == commands.REJECT_NOT_ALLOWED
        await children[1].join()


async def test_child_gone_is_believed_of_an_ancestor_only(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, parent_at(hub) as (parent, _), parent_at(hub) as (other, _):
        child = parent.adopt()
        await child.join()
        for liar in (other, child):
            liar.say(commands.CHILD_GONE, child=child.which)
        assert (await other.expect(commands.ERROR)).fields["code"] == commands.REFUSED
        assert (await parent.expect(commands.ERROR)).fields["code"] == commands.REFUSED
        assert hub.device(child.text).online


async def test_four_levels_are_enough(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, parent_at(hub) as (parent, _):
        line = await line_of(hub, parent, 3)
        await hub.set_value(line[3].text, 1, True)
        refused = await rejection(line[3].adopt())
        assert (refused["reason"], "deep" in refused["text"]) == (commands.REJECT_NOT_ALLOWED, True)
        assert hub.device(parent.text).online


async def test_what_a_person_decided_survives_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, parent_at(hub) as (parent, _):
        child = parent.adopt()
        await child.join()
    async with running(tmp_path) as hub:
        assert hub.device(parent.text).may_have_children
        assert hub.device(child.text).parent == parent.text


async def test_loops_and_absent_parents_are_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, parent_at(hub) as (parent, _):
        line = await line_of(hub, parent, 2)
        child = parent.adopt()
        for changes, words in (
            ({"parent": child.which}, "descendants"),
            ({"parent": b"absent--" * 2}, "offline"),
            ({"parent": guid.SERVER}, "not the server"),
        ):
            assert words in (await rejection(child, **changes))["text"]
        hub.move(line[1].text, line[2].text)
        assert "descendants" in (await rejection(line[1], parent=line[2].which))["text"]
        assert hub.device(line[1].text).online


async def test_a_parent_reached_another_way_is_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, parent_at(hub) as (parent, _), parent_at(hub) as (other, _):
        child = parent.adopt()
        assert "another way" in (await rejection(child, parent=other.which))["text"]
        wire = await connect(hub.ports["device"], Device(parent=other.which))
        assert "another way" in (await rejection(wire.device))["text"]
        await wire.device.closed()


async def test_a_known_device_is_no_child_without_a_word_of_a_person(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, parent_at(hub) as (parent, _):
        wire = await connect(hub.ports["device"])
        await wire.device.join()
        child = parent.adopt(which=wire.device.which)
        assert (await rejection(child))["reason"] == commands.REJECT_NOT_ALLOWED
        assert hub.device(child.text).online
        hub.move(child.text, parent.text)
        await child.join()
        await wire.device.closed()
        assert hub.device(child.text).parent == parent.text


async def test_ping_is_for_neighbours_only(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, parent_at(hub) as (parent, _):
        child = parent.adopt()
        await child.join()
        child.send(commands.PING, b"hello")
        error = (await parent.expect(commands.ERROR)).fields
        assert (error["code"], error["offending"]) == (commands.REFUSED, commands.PING)
        assert commands.PONG not in child.seen


async def test_a_child_that_has_not_registered_is_told_so_through_its_neighbour(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, parent_at(hub) as (parent, _):
        child = parent.adopt()
        child.report(1, True)
        assert (await parent.expect(commands.ERROR)).fields["code"] == commands.NOT_REGISTERED
