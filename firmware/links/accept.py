"""AcceptDevice (PROTOCOL section 3). Loaded for that and forgotten."""

from time import ticks_ms

from firmware import lazy
from firmware.links import plain
from firmware.links.connection import KEEP_ALIVE_MS
from firmware.protocol import layouts


async def run(link, data):
    """Its time, keep-alive, and, once per connection, the hub's GUID, which is remembered."""
    time_ms, keep_alive, _, _, hub = plain.unpack(layouts.ACCEPT_DEVICE, data)
    link.time = (time_ms, 0, ticks_ms())
    link.keep_alive = keep_alive * 1000 or KEEP_ALIVE_MS
    if link.prover and hub != link.prover:
        raise OSError("the hub is not the one whose key it has")
    if hub != link.hub and not link.joined:
        lazy.call("firmware.links.identity", "save", link.guid, hub)
        link.hub = hub
