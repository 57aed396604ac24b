"""Addresses of IPv4 as texts."""

from firmware.storage.digits import is_decimal


def number_of(text):
    """The 32 bits of "a.b.c.d"; None when it is none."""
    parts = text.split(".")
    if len(parts) != 4:
        return None
    number = 0
    for part in parts:
        if not part or len(part) > 3 or not is_decimal(part) or int(part) > 255:
            return None
        number = number << 8 | int(part)
    return number
