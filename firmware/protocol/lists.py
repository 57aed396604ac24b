"""Codec fields of the rarer messages: L limits, O old ids, R readings. Imported when first needed."""

import struct

from firmware.protocol import codec, types


def pack(letter, value):
    """L: None or (minimum, maximum, step); O: ints; R: (io, time, descriptor, value) each."""
    if letter == "L":
        return b"\0" if value is None else struct.pack("<Bddd", 1, *value)
    many = struct.pack("<B", len(value))
    if letter == "O":
        return many + b"".join([struct.pack("<i", old) for old in value])
    return many + b"".join([codec.pack("BqV", io, time, (t, v)) for io, time, t, v in value])


def take(letter, data, at):
    """(value, offset behind it)."""
    count, at = codec.take("B", data, at)
    if letter == "L":
        return _take_limits(count, data, at)
    value = []
    for _ in range(count):
        element, at = (codec.take("i", data, at)) if letter == "O" else _take_reading(data, at)
        value.append(element)
    return value, at


def _take_limits(present, data, at):
    if not present:
        return None, at
    limits = []
    for _ in range(3):
        limit, at = codec.take("d", data, at)
        limits.append(limit)
    return tuple(limits), at


def _take_reading(data, at):
    io, at = codec.take("B", data, at)
    time, at = codec.take("q", data, at)
    descriptor, at = codec.take("T", data, at)
    value, at = types.take_value(descriptor, 0, data, at)
    return (io, time, descriptor, value), at
