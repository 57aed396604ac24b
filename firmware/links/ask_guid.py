"""Asking a hub for this device's GUID (PROTOCOL section 4). Loaded for that and forgotten."""

from asyncio import CancelledError, sleep_ms
from os import urandom

from firmware.links import plain
from firmware.links.answer import answer
from firmware.network.backoff import jitter
from firmware.protocol import layouts
from firmware.protocol.commands import REQUEST_GUID, SEND_GUID
from firmware.protocol.guid import PARENT, SERVER, UNASSIGNED

GUID_MS = 5000
AGAIN_MS = 5000  # a random wait below that before the GUID is asked for again
ASK_MAX = 3  # then another hub may have one


async def run(link):
    """The one that a hub gives; OSError when nobody gives any."""
    nonce = urandom(8)  # the same for every try here, so that a late answer counts
    for _ in range(ASK_MAX):
        guid = await _ask(link, nonce)
        if guid:
            return guid
    raise OSError("nobody gives a GUID")


async def _ask(link, nonce):
    link.send(REQUEST_GUID, nonce, PARENT)
    link.expect(GUID_MS)
    try:
        _, data = await answer(link, SEND_GUID)
        guid, echo = plain.unpack(layouts.SEND_GUID, data)
        if echo == nonce and guid not in (SERVER, UNASSIGNED, PARENT):
            link.expect(None)
            return guid
    except CancelledError:
        if link.deadline is not None:  # not late: somebody wants an end of this connection
            raise
    link.expect(None)
    await sleep_ms(jitter(AGAIN_MS))
    return None
