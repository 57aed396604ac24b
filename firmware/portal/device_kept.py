"""Stores what `device_save` has made of the page's settings. Loaded for one request and forgotten."""

from firmware import lazy
from firmware.portal.statuses import FULL, OK


def keep(door, change):
    """(HTTP status, JSON)."""
    try:
        if change:
            lazy.call("firmware.links.keep", "keep", door.session, *change)
    except (OSError, MemoryError) as error:
        print("page: not stored:", error)
        return FULL, '{"field": "", "code": "full", "text": "no room for that now"}'
    door.age += 1
    door.sealed = lazy.call("firmware.storage.config", "load").get("page_password") or door.sealed
    return OK, '{"ok": true}'
