"""Packs and unpacks the data of messages by a layout (`layouts`): one letter a field."""

import struct

from firmware.protocol.commands import MALFORMED
from firmware.protocol.errors import ProtocolError

SIZES = {"G": 16, "K": 32, "8": 8, "4": 4}


def pack(layout, *values):
    """The bytes of the values, one a letter; a value of V is (descriptor, value)."""
    return b"".join([_pack(letter, value) for letter, value in zip(layout, values)])


def _pack(letter, value):
    if letter in "BHhIiqfd":
        return struct.pack("<" + letter, value)
    if letter == "s":
        value = value.encode()
    if letter in "sn":
        return struct.pack("<H", len(value)) + value
    if letter == "*" or letter in SIZES:
        return value
    return _rare(letter).pack(letter, value)


def unpack(layout, data):
    """A list of the values, one a letter; ProtocolError when bytes are missing. Later bytes are ignored."""
    values = []
    at = 0
    for letter in layout:
        value, at = take(letter, data, at)
        values.append(value)
    return values


def take(letter, data, at):
    """One field at that offset: (value, offset behind it)."""
    if letter in "BHhIiqfd":
        end = _room(data, at, struct.calcsize("<" + letter))
        return struct.unpack_from("<" + letter, data, at)[0], end
    if letter in "sn":
        end = _room(data, at, 2)
        end = _room(data, end, struct.unpack_from("<H", data, at)[0])
        value = data[at + 2 : end]
        return (text(value) if letter == "s" else value), end
    if letter == "*":
        return data[at:], len(data)
    if letter in SIZES:
        end = _room(data, at, SIZES[letter])
        return data[at:end], end
    return _rare(letter).take(letter, data, at)


def text(raw):
    """The str of UTF-8 bytes; ProtocolError when they are none."""
    try:
        return str(raw, "utf-8")
    except ValueError:
        raise ProtocolError(MALFORMED, "bad UTF-8") from None


def _room(data, at, count):
    if at + count > len(data):
        raise ProtocolError(MALFORMED, "data too short")
    return at + count


def _rare(letter):
    """The module of the letters that a plug rarely meets, imported when first needed."""
    if letter in "TV":
        from firmware.protocol import types

        return types
    from firmware.protocol import lists

    return lists
