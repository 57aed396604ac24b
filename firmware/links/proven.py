"""After a hub has accepted the device under a key: what is older goes. Loaded for that and forgotten."""

from firmware import lazy

KEYS = "firmware.storage.hub_keys"
CONFIG = "firmware.storage.config"


def accepted(link):
    """Drop the key before, and the join code that brought this one. OSError: the flash does not take it."""
    if not lazy.call(KEYS, "accepted", link.hub, link.key) or link.session.trying:
        return
    settings = lazy.call(CONFIG, "load")
    if settings.pop("join_code", None):
        lazy.call(CONFIG, "save", settings)
    lazy.call("firmware.storage.atomic", "copy", "config.json", "config.old")  # which has it still
    lazy.call(KEYS, "forgotten", link.hub)
