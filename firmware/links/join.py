"""Joining a hub: GUID, parent, registration (PROTOCOL section 4). Loaded for that and forgotten."""

import struct
from asyncio import CancelledError, sleep_ms
from hashlib import sha256
from os import urandom
from time import ticks_ms

from firmware.links import identity
from firmware.links.connection import KEEP_ALIVE_MS
from firmware.network.backoff import jitter
from firmware.protocol import layouts
from firmware.protocol.commands import (
    ACCEPT_DEVICE,
    ACKNOWLEDGE,
    GET_PARENT,
    IOS_COMPLETE,
    NOT_REGISTERED,
    READABLE,
    REGISTER_DEVICE,
    REGISTER_IO,
    REJECT_DEVICE,
    REJECT_TRY_LATER,
    REQUEST_GUID,
    REQUEST_IOS,
    SEND_GUID,
    SET_KEY,
    SET_PARENT,
    TIME,
    VERSION,
    WRITABLE,
)
from firmware.protocol.errors import room
from firmware.protocol.guid import PARENT, SERVER, UNASSIGNED

GUID_MS = 5000
AGAIN_MS = 5000  # a random wait below that before the GUID is asked for again
ASK_MAX = 3  # then another hub may have one
PARENT_MS = 10000
ACCEPT_MS = 10000
REJECTED_MS = 60000
TRY_LATER_MS = 5000
TEXT_MAX = 80  # of another's text on our console, which is slow and stalls the loop


async def run(link):
    """Return once the hub has accepted the device, or the data of its SetKey; OSError when it rejects it."""
    nonce = urandom(8)  # the same for every try here, so that a late answer counts
    asked = 0
    while link.guid == UNASSIGNED:
        if asked == ASK_MAX:
            raise OSError("nobody gives a GUID")
        asked += 1
        await _ask_guid(link, nonce)
    link.send(GET_PARENT, b"", PARENT)
    link.expect(PARENT_MS)
    link.parent, _ = await _answer(link, SET_PARENT)
    link.send(REGISTER_DEVICE, _registration(link))
    link.expect(ACCEPT_MS)
    sender, data = await _answer(link, ACCEPT_DEVICE)
    if sender is None:
        return data
    if link.prover == b"":
        raise OSError("a join code is for a key, and the hub gives none")
    accept(link, data)
    link.expect(None)
    return None


async def _ask_guid(link, nonce):
    link.send(REQUEST_GUID, nonce, PARENT)
    link.expect(GUID_MS)
    try:
        _, data = await _answer(link, SEND_GUID)
        guid, echo = _read(layouts.SEND_GUID, data)
        if echo == nonce and guid not in (SERVER, UNASSIGNED, PARENT):
            identity.save(guid, link.hub)
            link.guid = guid
            return
    except CancelledError:
        if link.deadline is not None:  # not late: somebody wants an end of this connection
            raise
    link.expect(None)
    await sleep_ms(jitter(AGAIN_MS))


async def _answer(link, wanted):
    """(sender, data) of the wanted command; obeys what else may come before the device is accepted.

    (None, data) of a SetKey in the place of AcceptDevice.
    """
    while True:
        sender, command, data = await link.next()
        if command == wanted:
            return sender, data
        if command == SET_KEY and wanted == ACCEPT_DEVICE:
            return None, data
        if command == REQUEST_IOS:
            register_ios(link)
        elif command == REJECT_DEVICE:
            rejected(link, data)
        elif command > TIME and command != ACKNOWLEDGE:
            _complain(link, command, data)


def _complain(link, command, data):
    from firmware.links import rare

    rare.say(link, NOT_REGISTERED, command, "not registered")


def _registration(link):
    digest = sha256()
    for io in link.ios:
        digest.update(_describe(io))
    about = b"".join([_text(each) for each in link.about])
    return struct.pack("<BI16s", VERSION, 0, link.parent) + about + digest.digest()[:4] + b"\0"  # no old ids


def register_ios(link):
    """Send every RegisterIO, then IOsComplete."""
    for io in link.ios:
        link.send(REGISTER_IO, _describe(io), more=True)
    link.send(IOS_COMPLETE, struct.pack(layouts.IOS_COMPLETE, len(link.ios)))


def _describe(io):
    flags = READABLE | WRITABLE if io.writable else READABLE
    kind = _text(io.kind) + b"\0\0\0"  # and neither unit nor limits
    return bytes((io.id, flags)) + io.descriptor + _text(io.name) + kind


def _text(text):
    raw = text.encode()
    return struct.pack("<H", len(raw)) + raw


def _read(layout, data):
    """Numbers and GUIDs of a layout that is one struct: `fields` would take as much room as the rest here."""
    room(data, 0, struct.calcsize(layout))
    return struct.unpack_from(layout, data)


def accept(link, data):
    """Take AcceptDevice: time, keep-alive, and, once per connection, the hub's GUID, which is remembered."""
    time_ms, keep_alive, _, _, hub = _read(layouts.ACCEPT_DEVICE, data)
    link.time = (time_ms, 0, ticks_ms())
    link.keep_alive = keep_alive * 1000 or KEEP_ALIVE_MS
    if link.prover and hub != link.prover:
        raise OSError("the hub is not the one whose key it has")
    if hub != link.hub and not link.joined:
        identity.save(link.guid, hub)
        link.hub = hub


def rejected(link, data):
    """Take RejectDevice: how long to stay away, then OSError."""
    from firmware.protocol import fields  # now and then only

    reason, text = fields.unpack(layouts.REJECT_DEVICE, data)
    link.pause = REJECTED_MS if reason != REJECT_TRY_LATER else TRY_LATER_MS + jitter(TRY_LATER_MS)
    raise OSError("rejected by the hub: " + text[:TEXT_MAX])
