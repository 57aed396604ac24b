"""Joining a hub, step by step (PROTOCOL section 4)."""

import asyncio
import struct

import pytest

from firmware.links import identity
from firmware.protocol import commands as c
from firmware.protocol.guid import PARENT, SERVER, UNASSIGNED
from firmware.storage import atomic


@pytest.fixture
def new(plug):
    plug.link.guid = UNASSIGNED
    return plug


def asked(heard):
    return [data for command, data in heard if command == c.REQUEST_GUID]


def accept(hub=b"H" * 16, keep_alive=20):
    return struct.pack("<qHBI16s", 5000, keep_alive, 1, 0, hub)


async def test_a_known_device(plug):
    await plug.dial()
    assert plug.heard() == [(c.GET_PARENT, b"")]
    await plug.say(c.SET_PARENT, sender=SERVER)
    ((command, data),) = plug.heard()
    assert (command, data[:21]) == (c.REGISTER_DEVICE, b"\x01" + bytes(4) + SERVER)
    assert data[21:26] == b"\x03\0s26"
    await plug.say(c.ACCEPT_DEVICE, accept())
    assert plug.link.joined
    assert plug.heard() == [
        (c.VALUE_REPORT, b"\0\0\x01\x01\0"),
        (c.VALUE_REPORT, b"\0\0\x10\x01\0"),
        (c.VALUE_REPORT, b"\0\0\x11\x02" + bytes(4)),
    ]
    assert identity.load() == (plug.GUID, plug.HUB)
    assert plug.link.time[:2] == (5000, 0)


async def test_the_guid_is_stored_before_it_is_used(new):
    await new.dial()
    ((command, nonce),) = new.heard()
    assert (command, len(nonce)) == (c.REQUEST_GUID, 8)
    await new.say(c.SEND_GUID, b"G" * 16 + nonce)
    assert identity.load()[0] == b"G" * 16
    assert new.heard() == [(c.GET_PARENT, b"")]


@pytest.mark.parametrize("guid", [SERVER, UNASSIGNED, PARENT])
async def test_reserved_guids_are_refused(new, guid):
    await new.dial()
    for _ in range(3):
        (nonce,) = asked(new.heard())
        await new.say(c.SEND_GUID, guid + nonce)
        await new.run(5000)
    assert new.link.guid == UNASSIGNED
    assert atomic.read(identity.PATH) == b""


async def test_a_wrong_nonce_asks_again_within_five_seconds(new):
    await new.dial()
    (nonce,) = asked(new.heard())
    await new.say(c.SEND_GUID, b"X" * 16 + b"wrong567")
    await new.run(5000)
    assert new.link.guid == UNASSIGNED
    (nonce,) = asked(new.heard())
    await new.say(c.SEND_GUID, b"G" * 16 + nonce)
    await new.run(5000)  # after a short pause it has asked so early that it may be in the next one
    assert new.link.guid == b"G" * 16


async def test_silence_asks_again_and_late_answers_count(new):
    await new.dial()
    (first,) = asked(new.heard())
    await new.run(4500)
    assert asked(new.heard()) == []
    await new.run(6000)
    assert asked(new.heard())
    await new.say(c.SEND_GUID, b"G" * 16 + first)
    await new.run(5100)  # it may be pausing before it asks a third time
    assert new.link.guid == b"G" * 16
    await new.say(c.SEND_GUID, b"Z" * 16 + first)
    assert new.link.guid == b"G" * 16


async def test_request_ios_before_and_after_accept(plug):
    await plug.dial()
    await plug.say(c.SET_PARENT)
    plug.heard()
    for _ in range(2):
        await plug.say(c.REQUEST_IOS)
        heard = plug.heard()
        assert [command for command, _ in heard[:4]] == [*[c.REGISTER_IO] * 3, c.IOS_COMPLETE]
        assert heard[3][1] == b"\x03\0"
        assert heard[0][1] == b"\x01\x03\x01\x05\0Relay\x06\0switch\0\0\0"
        await plug.say(c.ACCEPT_DEVICE, accept())
        assert plug.link.joined
        plug.heard()


@pytest.mark.parametrize(
    ("reason", "low", "high"), [(1, 60000, 60000), (2, 60000, 60000), (3, 5000, 10000), (4, 60000, 60000)]
)
async def test_reject(plug, reason, low, high):
    await plug.dial()
    await plug.say(c.SET_PARENT)
    await plug.say(c.REJECT_DEVICE, struct.pack("<HH", reason, 2) + b"no")
    with pytest.raises(OSError, match="rejected by the hub: no"):
        await plug.task
    assert low <= plug.link.pause <= high
    assert not plug.link.joined
    assert plug.link.guid == plug.GUID


async def test_commands_before_accept(plug):
    await plug.dial()
    await plug.say(c.SET_PARENT)
    plug.heard()
    for command in (c.SET_VALUE, c.GET_VALUE, c.IDENTIFY, c.RESTART, c.GET_CONFIG, 99):
        await plug.say(command, b"\x01\0\x01\x01\x01")
        assert plug.heard() == [
            (c.ERROR, struct.pack("<HIH", c.NOT_REGISTERED, command, 14) + b"not registered")
        ]
    for command in (c.TIME, c.ACKNOWLEDGE, c.SEND_GUID, c.SET_PARENT):
        await plug.say(command, bytes(30))
        assert plug.heard() == []
    assert not plug.link.restart
    assert not plug.panel.relays[0].value()
    await plug.say(c.ACCEPT_DEVICE, accept())
    assert plug.link.joined


@pytest.mark.parametrize("command", [c.SEND_GUID, c.REJECT_DEVICE, c.ACCEPT_DEVICE])
async def test_data_cut_off_end_the_connection(plug, command):
    if command == c.SEND_GUID:
        plug.link.guid = UNASSIGNED
    await plug.dial()
    if command != c.SEND_GUID:
        await plug.say(c.SET_PARENT)
    plug.heard()
    await plug.say(command, b"\x01")
    assert [data[:2] for said, data in plug.heard() if said == c.ERROR] == [b"\x02\0"]
    assert plug.ended
    from firmware.protocol.errors import ProtocolError

    with pytest.raises(ProtocolError):
        await plug.task


@pytest.mark.parametrize("steps", [0, 1])
async def test_ten_seconds_for_parent_and_accept(plug, steps):
    await plug.dial()
    if steps:
        await plug.say(c.SET_PARENT)
    await plug.run(9500)
    assert not plug.task.done()
    await plug.run(1000)
    with pytest.raises(asyncio.CancelledError):
        await plug.task
    assert plug.link.sock is None


async def test_no_keep_alive_is_the_usual_one(plug):
    await plug.dial()
    await plug.say(c.SET_PARENT)
    await plug.say(c.ACCEPT_DEVICE, accept(keep_alive=0))
    await plug.run(1000)
    assert plug.link.joined
