"""After a hub has accepted the device under a key: what is older goes. Loaded for that and forgotten."""

from firmware import lazy

KEYS = "firmware.storage.hub_keys"


def accepted(link):
    """Drop the key before, and the join code that brought this one; what fails waits for the next accept."""
    try:
        if lazy.call(KEYS, "accepted", link.hub, link.key) and not link.session.trying:
            lazy.call("firmware.storage.forget_code", "forget")
            lazy.call(KEYS, "forgotten", link.hub)
    except (OSError, MemoryError) as error:
        # No reason to end: both keys are kept, and the new one is tried first.
        print("keys not tidied:", error)
