"""Whether the access point opens when there was no Wi-Fi for long. Loaded for that and forgotten."""

from time import ticks_ms

from firmware.modes.reasons import FALLBACK
from firmware.portal import key


def reason(session):
    """FALLBACK; None where that access point would have no password, and Wi-Fi is waited for again."""
    found = key.of(session.settings())
    session.lost_at = ticks_ms()
    if found:
        return FALLBACK
    print("no access point: it has no password")
    return None
