"""Type descriptors and values (PROTOCOL section 5): bool, numbers and time; the others are in `compound`.

Values are bool, int, float, str, bytes, list and dict; a GUID is its printed text, a time an int (ms).
"""

import struct

from firmware.protocol.commands import MALFORMED, OUT_OF_RANGE, WRONG_TYPE
from firmware.protocol.errors import ProtocolError, check, room

BOOL = 1
INT32 = 2
INT64 = 3
FLOAT32 = 4
FLOAT64 = 5
STRING = 6
BLOB = 7
GUID = 8
TIME = 9
ARRAY = 64
COMPLEX = 65

# struct's letter of each type that is read here, by its byte; NONE for the others.
LETTERS = b" Biqfd   q"
NONE = 32


def end(data, at=0, depth=0):
    """The offset behind the descriptor at that offset; ProtocolError when it is none or nests too deep."""
    if at >= len(data):
        raise ProtocolError(MALFORMED, "descriptor cut off")
    if BOOL <= data[at] <= TIME:
        return at + 1
    return _compound().end(data, at, depth)


def encode(descriptor, value, at=0):
    """The bytes of a value of the descriptor at that offset; ProtocolError (5, 6) when it does not fit."""
    kind = descriptor[at]
    if kind == BOOL:
        check(value is True or value is False, WRONG_TYPE)
        return b"\1" if value else b"\0"
    if kind in (FLOAT32, FLOAT64):
        return _encode_float(_form(kind), value)
    if kind in (INT32, INT64, TIME):
        check(isinstance(value, int) and not isinstance(value, bool), WRONG_TYPE)
        limit = 1 << (31 if kind == INT32 else 63)
        check(-limit <= value < limit, OUT_OF_RANGE)
        return struct.pack(_form(kind), value)
    return _compound().encode(descriptor, value, at)


def _encode_float(form, value):
    check(isinstance(value, (int, float)) and not isinstance(value, bool), WRONG_TYPE)
    try:
        value = float(value)
        check(finite(value), OUT_OF_RANGE)
        return struct.pack(form, value)
    except OverflowError:
        raise ProtocolError(OUT_OF_RANGE, "bad value") from None


def decode(descriptor, data):
    """The value that all of the data are; ProtocolError when bytes are left over, missing or invalid."""
    check(end(descriptor) == len(descriptor), MALFORMED)
    value, at = take_value(descriptor, 0, data, 0)
    check(at == len(data), MALFORMED)
    return value


def take_value(descriptor, where, data, at):
    """The value at an offset, of the valid descriptor at `where`: (value, offset behind it)."""
    kind = descriptor[where]
    if kind == BOOL:
        behind = room(data, at, 1)
        check(data[at] < 2, MALFORMED)
        return data[at] == 1, behind
    if kind > TIME or LETTERS[kind] == NONE:
        return _compound().take_value(descriptor, where, data, at)
    form = _form(kind)
    behind = room(data, at, struct.calcsize(form))
    (value,) = struct.unpack_from(form, data, at)
    if not finite(value):
        _refuse(kind, data[behind - 2], data[behind - 1])
    return value, behind


def _form(kind):
    """For struct, as bytes: MicroPython keeps every short text of a program."""
    return b"<" + LETTERS[kind : kind + 1]


def _refuse(kind, low, high):
    """A float that is not finite here: malformed, or finite on the wire and too large for this device."""
    malformed = high & 127 == 127 and low >= (128 if kind == FLOAT32 else 240)
    check(False, MALFORMED if malformed else OUT_OF_RANGE)


def take_both(data, at):
    """((descriptor, value), offset behind them) of data that end with the value."""
    behind = end(data, at)
    descriptor = data[at:behind]
    value, behind = take_value(descriptor, 0, data, behind)
    check(behind == len(data), MALFORMED)
    return (descriptor, value), behind


def finite(number):
    """Whether it is neither infinite nor NaN."""
    return number - number == 0


def _compound():
    from firmware.protocol import compound

    return compound
