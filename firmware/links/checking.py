"""Checks a changed configuration: a step of `links.setconfig` and of the page. Loaded and forgotten."""

from asyncio import sleep_ms

from firmware.storage import settings

# A wrong value of these could cut the device off: they are tried before they replace what works.
TRIED = ("wifi", "address", "hub", "insecure", "development", "discovery_port")


async def run(session, new):
    """The next step keeps it, or has it tried first; None: it changes nothing. ValueError: a bad value."""
    for _ in settings.checks(new):
        await sleep_ms(0)  # others have their turn, and the stack still holds what that has loaded
    old = session.settings()
    if new == old:
        return None
    return "firmware.links.keep", new, [new.get(key) for key in TRIED] != [old.get(key) for key in TRIED]
