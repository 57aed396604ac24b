"""Packs and unpacks numbers, texts and bytes by a layout of `layouts`; `codec` knows all of them."""

import struct

from firmware.protocol.commands import MALFORMED
from firmware.protocol.errors import ProtocolError, room

# Letters of a layout by their bytes.
TEXT = 115  # s
COUNTED = 110  # n
REST = 42  # *


def pack(layout, values, single=None):
    """The bytes of the values, letters by `single(letter, value)`. struct.error for a number too large."""
    single = single or one
    packed = []
    at = 0
    for part in layout.split():
        behind = at + 1
        if len(part) > 1:
            behind = at + len(struct.unpack(part, bytes(struct.calcsize(part))))
            packed.append(struct.pack(part, *values[at:behind]))
        else:
            packed.append(single(part[0], values[at]))
        at = behind
    return b"".join(packed)


def one(letter, value):
    """The bytes of a text, of counted bytes, or of the rest."""
    if letter == REST:
        return value
    if letter == TEXT:
        value = value.encode()
    return struct.pack("<H", len(value)) + value


def unpack(layout, data, single=None):
    """A list of the values; ProtocolError when bytes are missing. Later bytes are ignored."""
    single = single or take
    values = []
    at = 0
    for part in layout.split():
        if len(part) > 1:
            behind = room(data, at, struct.calcsize(part))
            values.extend(struct.unpack_from(part, data, at))
            at = behind
        else:
            value, at = single(part[0], data, at)
            values.append(value)
    return values


def take(letter, data, at):
    """The part of one letter at that offset: (value, offset behind it)."""
    if letter == REST:
        return data[at:], len(data)
    begin = room(data, at, 2)
    end = room(data, begin, data[at] | data[at + 1] << 8)
    value = data[begin:end]
    return (text(value) if letter == TEXT else value), end


def text(raw):
    """The str of UTF-8 bytes; ProtocolError when they are none."""
    try:
        string = str(raw, "utf-8")
    except ValueError:
        raise ProtocolError(MALFORMED, "text that is no UTF-8") from None
    if len(string) != len(raw):
        from firmware.protocol import utf8

        utf8.check(raw)
    return string
