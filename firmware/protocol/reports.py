"""Reads the codec's letters that only devices send: L limits, O old ids, R readings. Used at the hub only."""

import struct

from firmware.protocol import types
from firmware.protocol.commands import MALFORMED
from firmware.protocol.errors import ProtocolError, room
from firmware.protocol.lists import LIMITS, READINGS


def take(letter, data, at):
    """(value as in `lists.pack`, offset behind it)."""
    begin = room(data, at, 1)
    count = data[at]
    if letter == LIMITS:
        return _take_limits(count, data, begin)
    if letter == READINGS:
        return _take_readings(count, data, begin)
    end = room(data, begin, 4 * count)
    return list(struct.unpack_from("<%di" % count, data, begin)), end


def _take_limits(present, data, at):
    if not present:
        return None, at
    end = room(data, at, 24)
    limits = struct.unpack_from("<ddd", data, at)
    low, high, step = limits
    if present > 1 or not low <= high or not step >= 0 or not types.finite(high - low + step):
        raise ProtocolError(MALFORMED, "bad limits")
    return limits, end


def _take_readings(count, data, at):
    """Readings end in a value: what is left behind the last one is malformed, as after every value."""
    readings = []
    for _ in range(count):
        begin = room(data, at, 9)
        io, time = struct.unpack_from("<Bq", data, at)
        at = types.end(data, begin)
        descriptor = data[begin:at]
        value, at = types.take_value(descriptor, 0, data, at)
        readings.append((io, time, descriptor, value))
    if count and at != len(data):
        raise ProtocolError(MALFORMED, "bytes left over")
    return readings, at
