"""Packs and unpacks the data of messages by a layout; `layouts` says what one is."""

import struct

from firmware.protocol import types
from firmware.protocol.commands import MALFORMED
from firmware.protocol.errors import ProtocolError, room

# Letters of a layout, and those that only `lists` and `reports` know, by their bytes.
TEXT = 115  # s
COUNTED = 110  # n
REST = 42  # *
TYPE = 84  # T
VALUE = 86  # V
LIMITS = 76  # L
OLD_IDS = 79  # O
READINGS = 82  # R


def pack(layout, *values):
    """The bytes of the values; that of V is (descriptor, value). struct.error for a number too large."""
    packed = []
    at = 0
    for part in layout.split():
        behind = at + 1
        if len(part) > 1:
            behind = at + len(struct.unpack(part, bytes(struct.calcsize(part))))
            packed.append(struct.pack(part, *values[at:behind]))
        else:
            packed.append(_pack(part[0], values[at]))
        at = behind
    return b"".join(packed)


def _pack(letter, value):
    if letter == VALUE:
        return value[0] + types.encode(*value)
    if letter in (REST, TYPE):
        return value
    if letter == TEXT:
        value = value.encode()
    elif letter != COUNTED:
        from firmware.protocol import lists

        return lists.pack(letter, value)
    return struct.pack("<H", len(value)) + value


def unpack(layout, data):
    """A list of the values; ProtocolError when bytes are missing. Later bytes are ignored."""
    values = []
    at = 0
    for part in layout.split():
        if len(part) > 1:
            behind = room(data, at, struct.calcsize(part))
            values.extend(struct.unpack_from(part, data, at))
            at = behind
        else:
            value, at = take(part[0], data, at)
            values.append(value)
    return values


def take(letter, data, at):
    """The part of one letter at that offset: (value, offset behind it)."""
    if letter == VALUE:
        return types.take_both(data, at)
    if letter in (TEXT, COUNTED):
        return _take_counted(letter, data, at)
    if letter == REST:
        return data[at:], len(data)
    if letter == TYPE:
        behind = types.end(data, at)
        return data[at:behind], behind
    from firmware.protocol import reports

    return reports.take(letter, data, at)


def _take_counted(letter, data, at):
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
