"""Changes settings for the page of run mode. Loaded for one request and forgotten."""

from asyncio import sleep_ms

from firmware import lazy

CLOSE_MS = 2000  # for the link to the hub to let go of its memory; it takes some 20
POLL_MS = 20


async def run(door, _, content):
    """A step: the next stores what is changed, or answers why it cannot be.

    With a link over TLS there may be no room for it: the link then ends, and comes back behind the visit.
    """
    try:
        change = await lazy.run("firmware.links.change", door.session, content.get("settings"))
    except MemoryError as error:
        print("page: not changed:", error)
        if await _closed(door.session.link):
            return "firmware.portal.device_save", content
        return _wrong(error)
    except ValueError as error:
        return _wrong(error)
    return "firmware.portal.device_kept", change


def _wrong(error):
    return ("firmware.portal.device_answer",) + lazy.call("firmware.portal.wrong", "answer", error)


async def _closed(link):
    """Whether there was a connection to the hub, and is none any more."""
    if not link.sock:
        return False
    link.task.cancel()
    for _ in range(CLOSE_MS // POLL_MS):
        await sleep_ms(POLL_MS)
        if not link.sock:
            return True
    return False
