"""Arrays and complexes (PROTOCOL section 5): their descriptors and values. A complex is a dict in field order."""

import struct

from firmware.protocol import codec, types
from firmware.protocol.commands import MALFORMED, OUT_OF_RANGE, WRONG_TYPE
from firmware.protocol.errors import ProtocolError
from firmware.protocol.types import ARRAY, COMPLEX

MAX_DEPTH = 4
MAX_FIELDS = 32
MAX_COUNT = 65535

# The fewest bytes that a value of each basic type takes, by its byte.
SMALLEST = b"\0\x01\x04\x08\x04\x08\x02\x02\x10\x08"


def end(data, at, depth):
    """The offset behind an array's or complex's descriptor."""
    if data[at] not in (ARRAY, COMPLEX):
        raise ProtocolError(MALFORMED, "unknown type %d" % data[at])
    if depth == MAX_DEPTH:
        raise ProtocolError(MALFORMED, "nested too deep")
    if data[at] == ARRAY:
        return types.end(data, at + 1, depth + 1)
    names = set()
    count, at = _field_count(data, at)
    for _ in range(count):
        name, at = codec.take("s", data, at)
        names.add(name)
        at = types.end(data, at, depth + 1)
    if len(names) != count:
        raise ProtocolError(MALFORMED, "a field twice")
    return at


def _field_count(data, at):
    count, at = codec.take("B", data, at + 1)
    if not 1 <= count <= MAX_FIELDS:
        raise ProtocolError(MALFORMED, "%d fields" % count)
    return count, at


def fields(descriptor, at):
    """A list of (name, offset of its descriptor) of the complex at that offset."""
    found = []
    count, at = _field_count(descriptor, at)
    for _ in range(count):
        name, at = codec.take("s", descriptor, at)
        found.append((name, at))
        at = types.end(descriptor, at)
    return found


def smallest(descriptor, at):
    """The fewest bytes that a value of the descriptor at that offset takes."""
    kind = descriptor[at]
    if kind == ARRAY:
        return 2
    if kind == COMPLEX:
        return sum([smallest(descriptor, where) for _, where in fields(descriptor, at)])
    return SMALLEST[kind]


def encode(descriptor, value, at):
    """The bytes of a list or of a dict that has just the complex's fields."""
    if descriptor[at] == ARRAY:
        _check(isinstance(value, (list, tuple)), WRONG_TYPE)
        _check(len(value) <= MAX_COUNT, OUT_OF_RANGE)
        return struct.pack("<H", len(value)) + b"".join([types.encode(descriptor, v, at + 1) for v in value])
    found = fields(descriptor, at)
    _check(isinstance(value, dict) and sorted(value) == sorted([name for name, _ in found]), WRONG_TYPE)
    return b"".join([types.encode(descriptor, value[name], where) for name, where in found])


def take_value(descriptor, where, data, at):
    """The list or dict at an offset: (value, offset behind it)."""
    if descriptor[where] == COMPLEX:
        value = {}
        for name, field in fields(descriptor, where):
            value[name], at = types.take_value(descriptor, field, data, at)
        return value, at
    count, at = codec.take("H", data, at)
    _check(count * smallest(descriptor, where + 1) <= len(data) - at, MALFORMED)
    value = []
    for _ in range(count):
        element, at = types.take_value(descriptor, where + 1, data, at)
        value.append(element)
    return value, at


def _check(good, code):
    if not good:
        raise ProtocolError(code, "bad value")
