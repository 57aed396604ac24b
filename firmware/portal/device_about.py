"""What the page of run mode shows and what changes seldom. Loaded for one request and forgotten."""

from firmware import lazy
from firmware.board import this
from firmware.portal.statuses import OK
from firmware.storage.mask import masked
from firmware.version import VERSION


async def run(door, *_):
    """A step: the answer to GET /about; nothing secret is in it."""
    settings = masked(door.session.settings())
    about = {
        "name": settings.get("name", "Twig"),
        "model": this.MODEL,
        "version": VERSION,
        "config": settings,
        "resets": lazy.call("firmware.storage.resets", "load"),
    }
    return "firmware.portal.device_answer", OK, about
