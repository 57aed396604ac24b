"""Stores what `links.change` has made of the page's settings. Loaded for one request and forgotten."""

from firmware import lazy
from firmware.portal.statuses import FULL, OK

ANSWER = "firmware.portal.device_answer"


async def run(door, _, change):
    """A step: the answer to POST /save, when they are stored."""
    try:
        if change:
            lazy.call("firmware.links.keep", "keep", door.session, *change)
    except ValueError as error:  # too much in all
        status, answer = lazy.call("firmware.portal.wrong", "answer", error)
        return ANSWER, status, answer
    except (OSError, MemoryError) as error:
        print("page: not stored:", error)
        return ANSWER, FULL, '{"field": "", "code": "full", "text": "no room for that now"}'
    door.age += 1
    return ANSWER, OK, '{"ok": true}'
