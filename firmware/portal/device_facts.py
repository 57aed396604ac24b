"""What the page of run mode shows and what changes seldom. Loaded for one request and forgotten."""

from firmware.board import this
from firmware.portal.statuses import OK
from firmware.storage.mask import hide
from firmware.version import VERSION


async def run(_, __, settings, resets):
    """A step: the answer to GET /about; nothing secret is in it."""
    hide(settings)
    about = {
        "name": settings.get("name", "Twig"),
        "model": this.MODEL,
        "version": VERSION,
        "config": settings,
        "resets": resets,
    }
    return "firmware.portal.device_answer", OK, about
