"""Changes settings for the page of run mode. Loaded for one request and forgotten."""

from firmware import lazy
from firmware.portal import wrong
from firmware.portal.statuses import BAD_REQUEST


async def run(door, content):
    """(HTTP status, JSON), or (0, what `device_kept` is to store, or None)."""
    patch = content.get("settings")
    if not isinstance(patch, dict):
        return BAD_REQUEST, '{"text": "which settings?"}'
    try:
        return 0, await lazy.run("firmware.links.change", door.session, patch)
    except (ValueError, MemoryError) as error:
        print("page: not changed:", error)
        return wrong.answer(error)
