"""What goes before a message's data (PROTOCOL section 2)."""

import struct

HEADER = 36
PREFIX = 4


def encode(sender, target, command, data=b""):
    """One message with its length prefix; GUIDs are 16 bytes each."""
    return struct.pack("<I16s16sI", HEADER + len(data), sender, target, command) + data
