"""Packs and unpacks the data of every message by its layout of `layouts`. Used at the hub only."""

from firmware.protocol import fields, lists, reports, types
from firmware.protocol.fields import COUNTED, REST, TEXT

# Letters of a layout by their bytes, beside those of `fields`.
TYPE = 84  # T
VALUE = 86  # V


def pack(layout, *values):
    """The bytes of the values; that of V is (descriptor, value). struct.error for a number too large."""
    return fields.pack(layout, values, _pack)


def _pack(letter, value):
    if letter in (TEXT, COUNTED, REST):
        return fields.one(letter, value)
    if letter == VALUE:
        return value[0] + types.encode(*value)
    return value if letter == TYPE else lists.pack(letter, value)


def unpack(layout, data):
    """A list of the values; ProtocolError when bytes are missing. Later bytes are ignored."""
    return fields.unpack(layout, data, _take)


def _take(letter, data, at):
    if letter in (TEXT, COUNTED, REST):
        return fields.take(letter, data, at)
    if letter == VALUE:
        return types.take_both(data, at)
    if letter == TYPE:
        behind = types.end(data, at)
        return data[at:behind], behind
    return reports.take(letter, data, at)
