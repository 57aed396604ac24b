"""Values on the wire (PROTOCOL sections 3 and 5): ValueReport, SetValue. All that is written is a switch.

An IO has id, name, kind, descriptor, writable, value() and, where writable, set(value): False when it must
not change now; `reported` is the value last sent.
"""

import struct

from firmware.protocol.commands import (
    ACKNOWLEDGE,
    BUSY,
    MALFORMED,
    NO_SUCH_IO,
    NOT_WRITABLE,
    VALUE_REPORT,
    WRONG_TYPE,
)
from firmware.protocol.errors import ProtocolError

BOOL = b"\x01"
TYPES = b"\1\2\3\4\5\6\7\x08\x09\x40\x41"  # what a value may begin with
HEAD = 3  # bytes of the request id and the IO id


def acknowledge(link, request, code, text=b""):
    """Answer a request that has no report of its own."""
    link.send(ACKNOWLEDGE, struct.pack("<HHH", request, code, len(text)) + text)


def report(link, io, request=0):
    """Send its present value."""
    value = io.reported = io.value()
    raw = struct.pack("<B" if io.descriptor == BOOL else "<i", value)
    link.send(VALUE_REPORT, struct.pack("<HB", request, io.id) + io.descriptor + raw)


def put(link, data):
    """Obey SetValue and answer it once the output has changed."""
    request, number = _head(data)
    for io in link.ios:
        if io.id == number:
            return _put(link, io, request, data[HEAD:])
    acknowledge(link, request, NO_SUCH_IO, b"no such IO")


def _put(link, io, request, typed):
    if not io.writable:
        acknowledge(link, request, NOT_WRITABLE, b"read only")
    elif typed and typed[:1] != BOOL and typed[:1] in TYPES:  # the rest is not read: it may be long
        acknowledge(link, request, WRONG_TYPE, b"wrong type")
    elif not io.set(_switched(typed)):
        acknowledge(link, request, BUSY, b"changed too often")
    else:
        report(link, io, request)


def _head(data):
    if len(data) < HEAD:
        raise ProtocolError(MALFORMED, "data too short")
    return struct.unpack_from("<HB", data)


def _switched(typed):
    if len(typed) != 2 or typed[:1] != BOOL or typed[1] > 1:
        raise ProtocolError(MALFORMED, "bad value")
    return typed[1] == 1
