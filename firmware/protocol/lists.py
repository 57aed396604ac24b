"""Packs the codec's rarer letters: L limits, O old ids, R readings; `reports` reads them. Imported lazily."""

import struct

from firmware.protocol import codec


def pack(letter, value):
    """L: None or (minimum, maximum, step); O: ints; R: (io, time, descriptor, value) each."""
    if letter == codec.LIMITS:
        return b"\0" if value is None else struct.pack("<Bddd", 1, *value)
    many = struct.pack("<B", len(value))
    if letter == codec.OLD_IDS:
        return many + b"".join([struct.pack("<i", old) for old in value])
    return many + b"".join([codec.pack(b"<Bq V", io, time, (t, v)) for io, time, t, v in value])
