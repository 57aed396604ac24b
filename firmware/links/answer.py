"""What a device that no hub has accepted yet waits for (PROTOCOL section 4)."""

from firmware import lazy
from firmware.protocol.commands import (
    ACCEPT_DEVICE,
    ACKNOWLEDGE,
    NOT_REGISTERED,
    REJECT_DEVICE,
    REQUEST_IOS,
    SET_KEY,
    TIME,
)


async def answer(link, wanted):
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
            await lazy.run("firmware.links.registration", link)
        elif command == REJECT_DEVICE:
            await lazy.run("firmware.links.reject", link, data)
        elif command > TIME and command != ACKNOWLEDGE:
            lazy.call("firmware.links.rare", "say", link, NOT_REGISTERED, command, "not registered")
