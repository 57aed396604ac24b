"""Messages on a byte stream (PROTOCOL section 2)."""

import struct

from firmware.protocol.commands import MALFORMED, TOO_LARGE
from firmware.protocol.errors import ProtocolError

HEADER = 36
PREFIX = 4
DEVICE_LIMIT = 1536
HUB_LIMIT = 65536


def encode(sender, target, command, data=b""):
    """One message with its length prefix; GUIDs are 16 bytes each."""
    return struct.pack("<I16s16sI", HEADER + len(data), sender, target, command) + data


class Reader:
    """Cuts a stream into messages, whatever the segments. `limit` is the largest length that is taken.

    A message's data have one place from the start, since a chip's heap may have no room for a second one.
    What is longer than a device may have grows with the bytes that come, never on the word of a length.
    """

    header = HEADER
    form = "<16s16sI"  # of the header: sender, target, command

    def __init__(self, limit):
        self.limit = limit
        self._came = b""  # and is not looked at before `_at`
        self._at = 0
        self._head = self._data = None  # of the message that is not whole
        self._room = self._filled = 0  # of its data: bytes in all, and here

    def feed(self, chunk):
        """Add bytes as they came from the stream."""
        rest = self._came[self._at :]
        self._came = rest + chunk if rest else chunk
        self._at = 0

    def pending(self):
        """Number of bytes of a message that is not whole yet."""
        begun = 0 if self._data is None else PREFIX + self.header + self._filled
        return begun + len(self._came) - self._at

    def next(self):
        """(sender, target, command, data) or None; ProtocolError for a length that no message may have."""
        if self._data is None and not self._begin():
            return None
        part = self._came[self._at : self._at + self._room - self._filled]
        self._at += len(part)
        self._data[self._filled : self._filled + len(part)] = part
        self._filled += len(part)
        if self._filled < self._room:
            return None
        sender, target, command = self._head
        data, self._data = self._data, None
        return sender, target, command, data

    def _begin(self):
        came, start = self._came, self._at + PREFIX
        if len(came) < start:
            return False
        (length,) = struct.unpack_from("<I", came, self._at)
        if length < self.header:
            raise ProtocolError(MALFORMED, "length below %d" % self.header)
        if length > self.limit:
            raise ProtocolError(TOO_LARGE, "message above %d bytes" % self.limit)
        if len(came) < start + self.header:
            return False
        self._room = length - self.header
        self._data = bytearray(min(self._room, DEVICE_LIMIT))
        self._head = struct.unpack_from(self.form, came, start)
        self._at = start + self.header
        self._filled = 0
        return True
