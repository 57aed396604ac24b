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
    """Cuts a stream into messages, whatever the segments. `limit` is the largest length that is taken;
    memory grows with the bytes that came, never on the word of a length."""

    header = HEADER
    form = "<16s16sI"  # of the header: sender, target, command

    def __init__(self, limit):
        self.limit = limit
        self._buffer = bytearray()
        self._at = 0

    def feed(self, chunk):
        """Add bytes as they came from the stream."""
        if self._at:
            self._buffer = self._buffer[self._at :]
            self._at = 0
        self._buffer.extend(chunk)

    def pending(self):
        """Number of bytes of a message that is not whole yet."""
        return len(self._buffer) - self._at

    def next(self):
        """(sender, target, command, data) or None; ProtocolError for a length that no message may have."""
        buffer = self._buffer
        start = self._at + PREFIX
        if len(buffer) < start:
            return None
        (length,) = struct.unpack_from("<I", buffer, self._at)
        if length < self.header:
            raise ProtocolError(MALFORMED, "length below %d" % self.header)
        if length > self.limit:
            raise ProtocolError(TOO_LARGE, "message above %d bytes" % self.limit)
        if len(buffer) < start + length:
            return None
        sender, target, command = struct.unpack_from(self.form, buffer, start)
        self._at = start + length
        return sender, target, command, bytes(memoryview(buffer)[start + self.header : self._at])
