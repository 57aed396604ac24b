"""Type descriptors and values (PROTOCOL section 5). Arrays and complexes: `compound`, imported when first needed.

Values are bool, int, float, str, bytes; a GUID is its printed text, a time an int of milliseconds.
"""

import struct

from firmware.protocol import codec
from firmware.protocol.commands import MALFORMED, OUT_OF_RANGE, WRONG_TYPE
from firmware.protocol.errors import ProtocolError

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

# The codec's letter of each basic type, by its byte.
LETTERS = " BiqfdsnGq"


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
    if kind >= ARRAY:
        return _compound().encode(descriptor, value, at)
    letter = LETTERS[kind]
    if kind == BOOL:
        _check(value is True or value is False)
    elif letter in "iq":
        _check(isinstance(value, int) and not isinstance(value, bool))
        limit = 1 << (31 if kind == INT32 else 63)
        _check(-limit <= value < limit, OUT_OF_RANGE)
    elif letter in "fd":
        return _encode_float(letter, value)
    elif kind == BLOB:
        _check(isinstance(value, (bytes, bytearray)))
    else:
        _check(isinstance(value, str))
    if kind == GUID:
        from firmware.protocol import guid

        value = guid.parse(value)
    if letter in "sn":
        _check(len(value.encode() if letter == "s" else value) < 65536, OUT_OF_RANGE)
    return codec.pack(letter, value)


def _encode_float(letter, value):
    _check(isinstance(value, (int, float)) and not isinstance(value, bool))
    try:
        raw = struct.pack("<" + letter, value)
    except OverflowError:
        raw = b"\0\0\x80\x7f"
        letter = "f"
    _check(_finite(struct.unpack("<" + letter, raw)[0]), OUT_OF_RANGE)
    return raw


def decode(descriptor, data):
    """The value that all of the data are; ProtocolError when bytes are left over, missing or invalid."""
    value, at = take_value(descriptor, 0, data, 0)
    if at != len(data):
        raise ProtocolError(MALFORMED, "bytes left over")
    return value


def take_value(descriptor, where, data, at):
    """The value at an offset, of the descriptor at `where`: (value, offset behind it)."""
    kind = descriptor[where]
    if kind >= ARRAY:
        return _compound().take_value(descriptor, where, data, at)
    value, at = codec.take(LETTERS[kind], data, at)
    if kind == BOOL:
        _check(value < 2, MALFORMED)
        value = value == 1
    elif kind in (FLOAT32, FLOAT64):
        _check(_finite(value), MALFORMED)
    elif kind == GUID:
        from firmware.protocol import guid

        value = guid.text(value)
    return value, at


def pack(letter, value):
    """Codec fields: T a descriptor, V a (descriptor, value)."""
    if letter == "T":
        return value
    return value[0] + encode(*value)


def take(letter, data, at):
    """Codec fields: T a descriptor; V (descriptor, value) that are all the rest of the data."""
    behind = end(data, at)
    descriptor = data[at:behind]
    if letter == "T":
        return descriptor, behind
    return (descriptor, decode(descriptor, data[behind:])), len(data)


def _finite(number):
    return number - number == 0


def _check(good, code=WRONG_TYPE):
    if not good:
        raise ProtocolError(code, "bad value")


def _compound():
    from firmware.protocol import compound

    return compound
