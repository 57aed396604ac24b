"""Reads the settings that the page of run mode shows. Loaded for one request and forgotten."""

from firmware import lazy


async def run(door, *_):
    """A step: the next answers GET /about with them."""
    resets = lazy.call("firmware.storage.resets", "load")
    return "firmware.portal.device_facts", door.session.settings(), resets
