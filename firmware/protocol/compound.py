"""The rarer types (PROTOCOL section 5): strings, blobs, GUIDs, arrays and complexes. A complex is a dict."""

import struct

from firmware.protocol import fields as parts
from firmware.protocol import guid, types
from firmware.protocol.commands import MALFORMED, OUT_OF_RANGE, WRONG_TYPE
from firmware.protocol.errors import ProtocolError, check, room
from firmware.protocol.types import ARRAY, BLOB, COMPLEX, GUID, STRING

MAX_DEPTH = 4
MAX_FIELDS = 32
MAX_COUNT = 65535

# The fewest bytes that a value of each basic type takes, by its byte.
SMALLEST = b"\0\x01\x04\x08\x04\x08\x02\x02\x10\x08"


def end(data, at, depth):
    """The offset behind an array's or complex's descriptor."""
    if data[at] != ARRAY and data[at] != COMPLEX:
        raise ProtocolError(MALFORMED, "unknown type %d" % data[at])
    if depth == MAX_DEPTH:
        raise ProtocolError(MALFORMED, "nested too deep")
    if data[at] == ARRAY:
        return types.end(data, at + 1, depth + 1)
    names = set()
    count, at = _field_count(data, at)
    for _ in range(count):
        name, at = parts.take(parts.TEXT, data, at)
        names.add(name)
        at = types.end(data, at, depth + 1)
    if len(names) != count:
        raise ProtocolError(MALFORMED, "a field twice")
    return at


def _field_count(data, at):
    """(number of fields, offset of the first) of the complex at that offset."""
    begin = room(data, at + 1, 1)
    if not 1 <= data[at + 1] <= MAX_FIELDS:
        raise ProtocolError(MALFORMED, "%d fields" % data[at + 1])
    return data[at + 1], begin


# Fields of the complexes in the last descriptor, by offset: read once, not for each element of an array.
_last = [None, {}]


def fields(descriptor, at=0):
    """A list of (name, offset of its descriptor) of the complex at that offset."""
    if _last[0] is not descriptor:
        _last[0], _last[1] = descriptor, {}
    found = _last[1].get(at)
    if found is None:
        found = _last[1][at] = _read_fields(descriptor, at)
    return found


def _read_fields(descriptor, at):
    found = []
    count, at = _field_count(descriptor, at)
    for _ in range(count):
        name, at = parts.take(parts.TEXT, descriptor, at)
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
    """The bytes of a str, bytes, printed GUID, list, or of a dict that has just the complex's fields."""
    kind = descriptor[at]
    if kind == ARRAY:
        check(isinstance(value, (list, tuple)), WRONG_TYPE)
        check(len(value) <= MAX_COUNT, OUT_OF_RANGE)
        return struct.pack("<H", len(value)) + b"".join([types.encode(descriptor, v, at + 1) for v in value])
    if kind == COMPLEX:
        found = fields(descriptor, at)
        check(isinstance(value, dict) and set(value) == {name for name, _ in found}, WRONG_TYPE)
        return b"".join([types.encode(descriptor, value[name], where) for name, where in found])
    if kind == BLOB:
        check(isinstance(value, (bytes, bytearray)), WRONG_TYPE)
    else:
        check(isinstance(value, str) and kind in (STRING, GUID), WRONG_TYPE)
        value = _guid(value) if kind == GUID else _utf8(value)
    if kind == GUID:
        return value
    check(len(value) <= MAX_COUNT, OUT_OF_RANGE)
    return parts.one(parts.COUNTED, value)


def _guid(value):
    try:
        return guid.parse(value)
    except ProtocolError:
        raise ProtocolError(WRONG_TYPE, "not a GUID") from None


def _utf8(value):
    try:
        return value.encode()
    except ValueError:  # a lone surrogate, on CPython
        raise ProtocolError(OUT_OF_RANGE, "no Unicode text") from None


def take_value(descriptor, where, data, at):
    """The value at an offset: (value, offset behind it)."""
    kind = descriptor[where]
    if kind == COMPLEX:
        value = {}
        for name, field in fields(descriptor, where):
            value[name], at = types.take_value(descriptor, field, data, at)
        return value, at
    if kind == GUID:
        behind = room(data, at, 16)
        return guid.text(data[at:behind]), behind
    if kind != ARRAY:
        return parts.take(parts.TEXT if kind == STRING else parts.COUNTED, data, at)
    begin = room(data, at, 2)
    count = data[at] | data[at + 1] << 8
    check(count * smallest(descriptor, where + 1) <= len(data) - begin, MALFORMED)
    return _elements(descriptor, where + 1, data, begin, count)


def _elements(descriptor, where, data, at, count):
    value = []
    for _ in range(count):
        element, at = types.take_value(descriptor, where, data, at)
        value.append(element)
    return value, at
