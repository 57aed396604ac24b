"""Packs the letters L (limits), O (old ids), R (readings); `reports` reads them. Used at the hub only."""

import struct

from firmware.protocol import types

LIMITS = 76  # L
OLD_IDS = 79  # O
READINGS = 82  # R


def pack(letter, value):
    """L: None or (minimum, maximum, step); O: ints; R: (io, time, descriptor, value) each."""
    if letter == LIMITS:
        return b"\0" if value is None else struct.pack("<Bddd", 1, *value)
    many = struct.pack("<B", len(value))
    if letter == OLD_IDS:
        return many + b"".join([struct.pack("<i", old) for old in value])
    return many + b"".join(
        [struct.pack("<Bq", io, time) + t + types.encode(t, v) for io, time, t, v in value]
    )
