"""What the page of setup mode shows and what changes seldom. Loaded for one request and forgotten."""

import json

from firmware.board import this
from firmware.network import mac
from firmware.storage.mask import hide
from firmware.version import VERSION

REASONS = ("", "new", "button", "power", "fallback")


def of(portal, settings):
    """The answer to GET /about, as JSON; nothing secret is in it."""
    hide(settings)
    return json.dumps(
        {
            "name": settings.get("name", ""),
            "model": this.MODEL,
            "version": VERSION,
            "mac": mac.tail(),
            "reason": REASONS[portal.reason],
            "can_scan": portal.can_scan,
            "config": settings,
        }
    )
