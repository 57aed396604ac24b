"""The device's keys: kept per hub, offered in order, taken by SetKey, older ones dropped when they may be."""

import struct

import pytest

from firmware.links import proven
from firmware.network import proofs, provable
from firmware.protocol import commands as c
from firmware.protocol import psk_identity
from firmware.protocol.beacon import TCP, TLS
from firmware.storage import atomic, config, hub_keys

GUID = b"D" * 16  # of conftest's plug
HUB, OTHER = b"H" * 16, b"O" * 16
FIRST, SECOND, THIRD = bytes(range(32)), bytes(range(32, 64)), bytes(range(64, 96))
CODE = "7H3K9QWERTMB"


def keys(hub):
    """(present, next) of a hub; zeros are shown as None."""
    for entry in hub_keys.entries():
        if entry[:16] == hub:
            return tuple(key if any(key) else None for key in (entry[17:49], entry[49:]))
    return None


def offered(hub=None, last=HUB, code=None):
    return [(owner, key) for owner, _, key in proofs.of(GUID, hub, last, code)]


def test_a_new_key_stands_beside_the_old_one_until_it_is_accepted():
    hub_keys.put(HUB, FIRST, False)
    assert keys(HUB) == (None, FIRST)
    hub_keys.accepted(HUB, FIRST)
    assert keys(HUB) == (FIRST, None)
    hub_keys.put(HUB, SECOND, False)
    assert keys(HUB) == (FIRST, SECOND)
    hub_keys.accepted(HUB, FIRST)  # the hub has not used the new one yet
    assert keys(HUB) == (FIRST, SECOND)
    hub_keys.put(HUB, THIRD, False)  # it has forgotten that it gave one
    assert keys(HUB) == (FIRST, THIRD)
    hub_keys.put(HUB, FIRST, False)
    assert keys(HUB) == (FIRST, THIRD)
    hub_keys.accepted(HUB, THIRD)
    assert keys(HUB) == (THIRD, None)


def test_three_hubs_the_one_used_last_first():
    for number in range(4):
        hub_keys.put(bytes([number] * 16), FIRST, False)
    assert [entry[0] for entry in hub_keys.entries()] == [3, 2, 1]
    hub_keys.accepted(bytes([1] * 16), FIRST)
    assert [entry[0] for entry in hub_keys.entries()] == [1, 3, 2]


def test_whether_a_code_brought_it_is_known_until_the_code_is_forgotten():
    hub_keys.put(HUB, FIRST, True)
    assert hub_keys.accepted(HUB, FIRST)
    assert hub_keys.accepted(HUB, FIRST)  # after a power cut before it was forgotten
    hub_keys.forgotten(HUB)
    assert not hub_keys.accepted(HUB, FIRST)
    assert keys(HUB) == (FIRST, None)


def test_a_rotation_before_the_code_is_forgotten_leaves_it_to_be_forgotten():
    hub_keys.put(HUB, FIRST, True)
    assert hub_keys.accepted(HUB, FIRST)
    hub_keys.put(HUB, SECOND, False)
    assert hub_keys.accepted(HUB, SECOND)
    hub_keys.forgotten(HUB)
    assert not hub_keys.accepted(HUB, SECOND)


def test_the_order_of_proofs():
    assert offered() == []
    assert offered(code=THIRD) == [(b"", THIRD)]
    hub_keys.put(HUB, FIRST, False)
    hub_keys.accepted(HUB, FIRST)
    hub_keys.put(HUB, SECOND, False)
    hub_keys.put(OTHER, THIRD, False)
    assert offered(HUB) == [(HUB, SECOND), (HUB, FIRST)]
    assert offered(OTHER, code=FIRST) == [(OTHER, THIRD), (b"", FIRST)]
    assert offered(b"?" * 16) == []
    assert offered(last=HUB) == [(HUB, SECOND), (HUB, FIRST), (OTHER, THIRD)]
    assert offered(last=OTHER) == [(OTHER, THIRD), (HUB, SECOND), (HUB, FIRST)]


def test_plaintext_never_with_a_key_or_a_code():
    assert provable.by({}) == (TLS, [])
    assert provable.by({"insecure": True}) == (TCP, None)
    assert provable.by({"insecure": True, "join_code": CODE}) == (TLS, None)
    hub_keys.put(HUB, FIRST, False)
    assert provable.by({"insecure": True}) == (TLS, [HUB])


def set_key(key, hub=HUB, guid=GUID, request=7):
    name = psk_identity.of_device(guid, key).encode()
    return struct.pack("<H16sH", request, hub, len(name)) + name + key


async def begun(plug, joined):
    """A connection whose next message is the hub's: before AcceptDevice, or after it."""
    if joined:
        await plug.join()
    else:
        await plug.dial()
        await plug.say(c.SET_PARENT)
    plug.heard()


async def answer(plug, data):
    """(code, text) of the Acknowledge to SetKey."""
    await plug.say(c.SET_KEY, data)
    ((command, found),) = plug.heard()
    assert (command, found[:2]) == (c.ACKNOWLEDGE, data[:2])
    return found[2], found[6:].decode()


@pytest.mark.parametrize("joined", [False, True])
async def test_set_key_on_a_keyed_connection_ends_it(plug, joined):
    await begun(plug, joined)
    plug.link.prover = HUB
    assert await answer(plug, set_key(SECOND)) == (c.DONE, "")
    assert keys(HUB) == (None, SECOND)
    assert plug.task.done() and not plug.link.again
    with pytest.raises(OSError, match="a key"):
        plug.task.result()


async def test_set_key_by_a_code_leads_back_at_once_and_to_that_hub(plug):
    await begun(plug, False)
    plug.link.prover = b""
    assert await answer(plug, set_key(FIRST, OTHER)) == (c.DONE, "")
    assert plug.link.again and plug.link.hub == OTHER
    assert hub_keys.entries()[0][16] == 1


@pytest.mark.parametrize(
    ("prover", "data", "code", "text"),
    [
        (None, set_key(FIRST), c.REFUSED, "keyed"),
        (OTHER, set_key(FIRST), c.REFUSED, "another hub"),
        (HUB, set_key(FIRST, guid=OTHER), c.REFUSED, "identity"),
        (HUB, set_key(FIRST)[:-1], c.MALFORMED, "short"),
        (HUB, set_key(FIRST)[:20], c.MALFORMED, "short"),
        (HUB, b"\x07\0\x01", c.MALFORMED, "short"),
    ],
)
@pytest.mark.parametrize("joined", [False, True])
async def test_set_key_that_is_refused_changes_nothing(plug, joined, prover, data, code, text):
    await begun(plug, joined)
    plug.link.prover = prover
    got, said = await answer(plug, data)
    assert got == code and text in said
    assert hub_keys.entries() == []
    assert plug.task.done() is not joined  # nothing else can come before a device is accepted


async def test_an_accept_without_a_key_is_worth_nothing_with_a_code(plug):
    await begun(plug, False)
    plug.link.prover = b""
    await plug.say(c.ACCEPT_DEVICE, struct.pack("<qHBI16s", 5, 20, 1, 0, HUB))
    with pytest.raises(OSError, match="gives none"):
        await plug.task
    assert not plug.link.accepted


async def test_the_code_is_forgotten_with_the_first_accept_under_the_key(plug, flash):
    config.save({"name": "Plug", "join_code": CODE})
    hub_keys.put(HUB, FIRST, True)
    plug.link.hub, plug.link.key = HUB, FIRST
    proven.accepted(plug.link)
    assert "join_code" not in config.load()
    assert all(CODE.encode() not in path.read_bytes() for path in flash.iterdir())
    config.save({"name": "Plug", "join_code": CODE})  # a later one, for another hub
    proven.accepted(plug.link)
    assert config.load()["join_code"] == CODE


@pytest.mark.parametrize("error", [OSError(28), MemoryError()])
async def test_what_cannot_be_tidied_ends_no_connection(plug, monkeypatch, error):
    config.save({"join_code": CODE})
    hub_keys.put(HUB, FIRST, True)
    plug.link.hub, plug.link.key = HUB, FIRST

    def full(*_):
        raise error

    with monkeypatch.context() as while_full:
        while_full.setattr(atomic, "write", full)
        proven.accepted(plug.link)
    assert keys(HUB) == (None, FIRST) and config.load()["join_code"] == CODE
    proven.accepted(plug.link)  # with the next accept
    assert keys(HUB) == (FIRST, None) and "join_code" not in config.load()


async def test_a_code_is_kept_while_settings_are_tried(plug):
    config.save({"join_code": CODE})
    hub_keys.put(HUB, FIRST, True)
    plug.link.hub, plug.link.key = HUB, FIRST
    plug.link.session.trying = True
    proven.accepted(plug.link)
    assert config.load()["join_code"] == CODE
    plug.link.session.trying = False
    proven.accepted(plug.link)
    assert "join_code" not in config.load()


async def test_factory_reset_takes_a_key_and_its_word(plug, flash):
    await plug.join()
    plug.heard()
    plug.link.prover = HUB
    await plug.say(c.FACTORY_RESET, b"\x07\0wip")
    assert plug.heard()[0][1][2] == c.MALFORMED and not plug.link.restart
    await plug.say(c.FACTORY_RESET, b"\x07\0wipe")
    assert plug.heard()[0][1][2] == c.DONE and plug.link.restart
    assert (flash / "wipe").exists()  # the next start goes on with it
