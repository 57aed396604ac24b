"""The checks of a text that several settings share. Loaded by the checks that need it."""

from firmware.storage.faults import wish

KEY_MIN = 8  # bytes of a WPA passphrase
KEY_MAX = 63


def length(field, text, low, high):
    """So many bytes of UTF-8."""
    wish(not _has_half(text), field, "format", "must not hold half a character")  # a JSON escape can be one
    good = low <= len(text.encode()) <= high
    wish(good, field, "length", "must have %d to %d bytes (a letter with an accent has 2)" % (low, high))


def _has_half(text):
    try:
        raw = text.encode()
    except UnicodeError:  # CPython sees it by itself
        return True
    return any([raw[at] == 0xED and raw[at + 1] > 0x9F for at in range(len(raw) - 1)])


def passphrase(field, key):
    """One of WPA, or none."""
    if key:
        length(field, key, KEY_MIN, KEY_MAX)
        no_zero(field, key)


def no_zero(field, text):
    """Nothing that would end the SDK's copy of it."""
    wish("\0" not in text, field, "format", "must not hold the character U+0000")
