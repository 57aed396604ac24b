"""SetKey (PROTOCOL sections 3 and 10): a key of this device's own. Loaded for that and forgotten.

Each step loads its module alone: together they would not fit beside TLS.
"""

from asyncio import sleep_ms

from firmware import lazy
from firmware.links.values import acknowledge
from firmware.protocol.commands import DONE, INTERNAL, REFUSED


async def run(link, data):
    """Keep the key and acknowledge; then OSError: the connection is made again, under the new key."""
    found = lazy.call("firmware.links.set_key", "checked", link, data)
    if not found:
        return
    await sleep_ms(0)  # the stack still holds what that has loaded
    request, hub, name, key = found
    if name != lazy.call("firmware.protocol.psk_identity", "of_device", link.guid, key).encode():
        acknowledge(link, request, REFUSED, b"an identity that is not of this device and key")
        return
    by_code = not link.prover
    try:
        new = lazy.call("firmware.storage.hub_keys", "put", hub, key, by_code)
        if by_code and hub != link.hub:
            lazy.call("firmware.links.identity", "save", link.guid, hub)  # sought first from now on
            link.hub = hub
    except OSError as error:
        acknowledge(link, request, INTERNAL, b"not stored: " + str(error).encode())
        return
    acknowledge(link, request, DONE)
    link.turn = 0
    link.again = by_code and new  # else it is no hurry
    raise OSError("has given a key: again under it")
