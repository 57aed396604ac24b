"""Changes settings for the page of run mode. Loaded for one request and forgotten."""

from asyncio import sleep_ms

from firmware import lazy
from firmware.portal.statuses import FULL, OK

ANSWER = "firmware.portal.device_answer"
CLOSE_MS = 2000  # for the link to the hub to let go of its memory; it takes some 20
POLL_MS = 20


async def run(door, _, content):
    """A step: the answer to POST /save, when they are stored or cannot be so.

    With a link over TLS there may be no room for it: the link then ends, and comes back behind the visit.
    """
    step = "firmware.links.change", content.get("settings")
    try:
        while step:
            step = await lazy.run(step[0], door.session, *step[1:])
    except MemoryError as error:
        print("page: not changed:", error)
        if await _closed(door.session.link):
            return "firmware.portal.device_save", content
        return _wrong(error)
    except ValueError as error:
        return _wrong(error)
    except OSError as error:
        print("page: not stored:", error)
        return (
            "firmware.portal.device_answer",
            FULL,
            {"field": "", "code": "full", "text": "no room for that now"},
        )
    door.age += 1
    return ANSWER, OK, {"ok": True}


def _wrong(error):
    return (ANSWER,) + lazy.call("firmware.portal.wrong", "answer", error)


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
