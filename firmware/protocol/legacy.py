"""The legacy protocol of old devices (PROTOCOL section 8): the same prefix, int32 ids. At the hub only."""

import struct

from firmware.protocol import frame, messages

SERVER = 0
UNASSIGNED = -1
PARENT = -2

HEADER = 12

GET_PARENT = 3
SET_PARENT = 4
REGISTER_NEW = 5
ACCEPT_NEW = 6
REGISTER_KNOWN = 7
ACCEPT_KNOWN = 8
REGISTER_IO = 9
IOS_COMPLETE = 10
REJECT = 11

SAME = (REGISTER_IO, IOS_COMPLETE, 16, 17, 18, 19, 20, 21, 22)

# Command: (layout, names of its fields); 9, 10 and 16-22 are those of today.
MESSAGES = {
    GET_PARENT: (b"", ()),
    SET_PARENT: (b"", ()),
    REGISTER_NEW: (b"<i", ("parent",)),
    ACCEPT_NEW: (b"<i", ("id",)),
    REGISTER_KNOWN: (b"", ()),
    ACCEPT_KNOWN: (b"", ()),
    REJECT: (b"", ()),
}
MESSAGES.update([(command, messages.MESSAGES[command]) for command in SAME])


class Reader(frame.Reader):
    """Cuts a legacy stream into (sender, target, command, data), the ids int; else as `frame.Reader`."""

    header = HEADER
    form = "<iiI"


def encode(sender, target, command, data=b""):
    """One legacy message with its length prefix."""
    return struct.pack("<IiiI", HEADER + len(data), sender, target, command) + data


def pack(command, **fields):
    """The data of a legacy command from all of its named fields."""
    return messages.encode_as(MESSAGES[command], fields)


def unpack(command, data):
    """A dict of the named fields; ProtocolError when they are malformed, KeyError for an unknown command."""
    return messages.decode_as(MESSAGES[command], data)
