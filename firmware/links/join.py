"""Joining a hub: GUID, parent and registration (PROTOCOL section 4). Loaded for that and forgotten.

What one step alone needs is loaded for it: all together would not fit beside TLS.
"""

from firmware import lazy
from firmware.links.answer import answer
from firmware.protocol.commands import ACCEPT_DEVICE, GET_PARENT, REGISTER_DEVICE, SET_PARENT
from firmware.protocol.guid import PARENT, UNASSIGNED

PARENT_MS = 10000
ACCEPT_MS = 10000


async def run(link):
    """Return once the hub has accepted the device, or the data of its SetKey; OSError when it rejects it."""
    if link.guid == UNASSIGNED:
        guid = await lazy.run("firmware.links.ask_guid", link)
        lazy.call("firmware.links.identity", "save", guid, link.hub)
        link.guid = guid
    link.send(GET_PARENT, b"", PARENT)
    link.expect(PARENT_MS)
    link.parent, _ = await answer(link, SET_PARENT)
    link.send(REGISTER_DEVICE, lazy.call("firmware.links.registration", "of_device", link))
    link.expect(ACCEPT_MS)
    sender, data = await answer(link, ACCEPT_DEVICE)
    if sender is None:
        link.expect(None)
        return data
    if link.prover == b"":
        raise OSError("a join code is for a key, and the hub gives none")
    await lazy.run("firmware.links.accept", link, data)
    link.expect(None)
    return None
