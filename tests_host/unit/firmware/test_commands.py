"""What a joined device answers (PROTOCOL section 3)."""

import json
import struct

import pytest

from firmware.links import values
from firmware.protocol import commands as c
from firmware.storage import config

ON = b"\x01\x01"
OFF = b"\x01\0"


@pytest.fixture
async def joined(plug):
    await plug.join()
    plug.clock.step(5000)
    plug.link.received = plug.link.sent = plug.clock.ticks_ms()
    return plug


def put(request, number, typed):
    return struct.pack("<HB", request, number) + typed


def code(heard):
    ((command, data),) = heard
    assert command == c.ACKNOWLEDGE
    request, number, length = struct.unpack_from("<HHH", data)
    assert len(data) == 6 + length
    assert request == 7
    return number


async def test_set_value_is_reported_once(joined, pins):
    await joined.say(c.SET_VALUE, put(7, 1, ON))
    await joined.run(500)
    assert joined.heard() == [(c.VALUE_REPORT, put(7, 1, ON))]
    assert pins[12] == 1
    await joined.say(c.SET_VALUE, put(8, 1, ON))
    assert joined.heard() == [(c.VALUE_REPORT, put(8, 1, ON))]


async def test_the_button_is_reported_as_a_change(joined):
    joined.panel.relays[0].toggle()
    await joined.run(100)
    assert joined.heard() == [(c.VALUE_REPORT, put(0, 1, ON))]


@pytest.mark.parametrize(
    ("number", "typed", "expected"),
    [
        (9, ON, c.NO_SUCH_IO),
        (255, ON, c.NO_SUCH_IO),
        (16, ON, c.NOT_WRITABLE),
        (1, b"\x02\0\0\0\0", c.WRONG_TYPE),
        (1, b"\x06\x02\0ab", c.WRONG_TYPE),
        (1, b"\x40\x01\0\0", c.WRONG_TYPE),
        (1, b"", c.MALFORMED),
        (1, b"\x4d\0", c.MALFORMED),
        (1, b"\x01", c.MALFORMED),
        (1, b"\x01\x02", c.MALFORMED),
        (1, b"\x01\x01\x01", c.MALFORMED),
    ],
)
async def test_refused_values(joined, number, typed, expected):
    await joined.say(c.SET_VALUE, put(7, number, typed))
    assert code(joined.heard()) == expected
    assert not joined.panel.relays[0].value()


async def test_a_long_array_for_a_switch_is_not_even_read(joined):
    await joined.say(c.SET_VALUE, put(7, 1, b"\x40\x03" + struct.pack("<H", 185) + bytes(8 * 185)))
    assert code(joined.heard()) == c.WRONG_TYPE


async def test_a_full_heap_is_told_and_the_connection_stays(joined, monkeypatch):
    def full(*_):
        raise MemoryError

    monkeypatch.setattr(values, "_switched", full)
    await joined.say(c.SET_VALUE, put(7, 1, ON))
    assert code(joined.heard()) == c.TOO_LARGE
    assert joined.link.joined


async def test_a_reject_ends_the_connection_at_any_time(joined):
    await joined.say(c.REJECT_DEVICE, struct.pack("<HH", 1, 4) + b"away")
    assert joined.link.pause == 60_000
    assert joined.task.done()
    with pytest.raises(OSError, match="rejected by the hub: away"):
        joined.task.result()


async def test_only_the_first_accept_of_a_connection_names_the_hub(joined):
    before = joined.link.hub
    await joined.say(c.ACCEPT_DEVICE, struct.pack("<qHBI16s", 5, 20, 1, 0, b"N" * 16))
    assert joined.link.hub == before
    assert joined.link.time[0] == 5


async def test_a_flood_is_refused_and_the_button_is_not(joined):
    for change in range(5):
        await joined.say(c.SET_VALUE, put(1, 1, ON if change % 2 == 0 else OFF))
    joined.heard()
    await joined.say(c.SET_VALUE, put(7, 1, OFF))
    assert code(joined.heard()) == c.BUSY
    joined.panel.relays[0].toggle()
    await joined.run(100)
    assert joined.heard() == [(c.VALUE_REPORT, put(0, 1, OFF))]


async def test_get_value(joined):
    await joined.say(c.GET_VALUE, b"\x07\0\x01")
    assert joined.heard() == [(c.VALUE_REPORT, put(7, 1, OFF))]
    await joined.say(c.GET_VALUE, b"\x07\0\x05")
    assert code(joined.heard()) == c.NO_SUCH_IO
    await joined.say(c.GET_VALUE, b"\x07\0\xff")
    *reports, last = joined.heard()
    assert reports == [
        (c.VALUE_REPORT, put(0, 1, OFF)),
        (c.VALUE_REPORT, put(0, 16, OFF)),
        (c.VALUE_REPORT, put(0, 17, b"\x02" + bytes(4))),
    ]
    assert code([last]) == 0


REQUESTS = (
    c.SET_VALUE,
    c.GET_VALUE,
    c.IDENTIFY,
    c.RESTART,
    c.FACTORY_RESET,
    c.GET_CONFIG,
    c.SET_CONFIG,
    c.OFFER_UPDATE,
    c.SET_KEY,
    c.OFFER_KEY,
)


@pytest.mark.parametrize("command", REQUESTS)
@pytest.mark.parametrize("size", [0, 1])
async def test_malformed_without_a_request_id(joined, command, size):
    await joined.say(command, bytes(size))
    ((answer, data),) = joined.heard()
    assert (answer, data[:6]) == (c.ERROR, struct.pack("<HI", c.MALFORMED, command))
    assert joined.link.joined


@pytest.mark.parametrize("command", [c.SET_VALUE, c.GET_VALUE, c.IDENTIFY])
async def test_malformed_with_a_request_id(joined, command):
    await joined.say(command, b"\x07\0")
    assert code(joined.heard()) == c.MALFORMED
    assert joined.link.joined


@pytest.mark.parametrize("command", [c.FACTORY_RESET, c.OFFER_UPDATE, c.SET_KEY, c.OFFER_KEY])
async def test_what_needs_a_key(joined, command):
    await joined.say(command, b"\x07\0wipe" + bytes(100))
    assert code(joined.heard()) == c.REFUSED


@pytest.mark.parametrize(("file", "text"), [(None, b"trusts no key"), (b"\x01\x01", b"keyed connection")])
async def test_an_update_for_a_plug_that_trusts_no_key(joined, flash, file, text):
    if file:
        (flash / "trust").write_bytes(file)
    await joined.say(c.OFFER_UPDATE, b"\x07\0" + bytes(100))
    heard = joined.heard()
    assert code(heard) == c.REFUSED
    assert text in heard[0][1]
    assert joined.link.joined


@pytest.mark.parametrize("command", [0, 12, c.VALUE_REPORT, 23, c.BLOCK, 99, 0xFFFFFFFF])
async def test_unknown_commands(joined, command):
    await joined.say(command, b"\x07\0")
    ((answer, data),) = joined.heard()
    assert (answer, data[:6]) == (c.ERROR, struct.pack("<HI", c.UNKNOWN_COMMAND, command))
    assert joined.link.joined


async def test_identify_blinks_for_a_while(joined):
    await joined.say(c.IDENTIFY, b"\x07\0\x02")
    assert code(joined.heard()) == 0
    assert joined.link.identify_until is not None
    await joined.run(2200)
    assert joined.link.identify_until is None


async def test_restart_is_acknowledged_first(joined):
    await joined.say(c.RESTART, b"\x07\0")
    assert code(joined.heard()) == 0
    assert joined.link.restart


async def test_get_config_masks_secrets(joined):
    config.save(
        {
            "name": "Küche",
            "wifi": [{"ssid": "home", "password": "secret12"}, {"ssid": "open", "password": ""}],
        }
    )
    await joined.say(c.GET_CONFIG, b"\x07\0")
    ((command, data),) = joined.heard()
    assert (command, data[:2]) == (c.CONFIG_REPORT, b"\x07\0")
    told = json.loads(data[4:])
    assert told["wifi"] == [{"ssid": "home", "password": "***"}, {"ssid": "open", "password": ""}]
    assert (told["schema"], told["name"]) == (1, "Küche")
    assert b"secret12" not in data


async def test_time(joined):
    await joined.say(c.TIME, struct.pack("<qh", 1234567, 60))
    assert joined.link.time[:2] == (1234567, 60)
    assert joined.heard() == []


async def test_ping_and_foreign_targets(joined):
    await joined.say(c.PING, b"x" * 100, sender=b"S" * 16)
    assert joined.heard() == [(c.PONG, b"x" * 64)]
    await joined.say(c.SET_VALUE, put(7, 1, ON), target=b"O" * 16)
    await joined.say(c.ACKNOWLEDGE, bytes(6))
    await joined.say(c.PONG, b"never asked")
    assert joined.heard() == []
    assert not joined.panel.relays[0].value()


async def test_later_fields_are_ignored(joined):
    await joined.say(c.GET_VALUE, b"\x07\0\x01later fields")
    assert joined.heard() == [(c.VALUE_REPORT, put(7, 1, OFF))]
