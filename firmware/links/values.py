"""Values on the wire (PROTOCOL sections 3 and 5): ValueReport, SetValue.

An IO has id, name, kind, descriptor, writable, value() and, where writable, set(value): False when it must
not change now; `reported` is the value last sent.
"""

import struct

from firmware import lazy
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
INT32 = b"\x02"
HEAD = 3  # bytes of the request id and the IO id
CHECKED_MAX = 256  # the elements of a longer array would fill the heap, only to be of the wrong type


def acknowledge(link, request, code, text=b""):
    """Answer a request that has no report of its own."""
    link.send(ACKNOWLEDGE, struct.pack("<HHH", request, code, len(text)) + text)


def report(link, io, request=0):
    """Send its present value."""
    value = io.reported = io.value()
    if io.descriptor == BOOL:
        raw = b"\x01" if value else b"\0"
    elif io.descriptor == INT32:  # each join reports one
        raw = struct.pack("<i", value)
    else:
        raw = lazy.call("firmware.protocol.types", "encode", io.descriptor, value)
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
    elif typed[: len(io.descriptor)] != io.descriptor:
        if len(typed) <= CHECKED_MAX:  # malformed, when it is no value at all
            lazy.call("firmware.protocol.types", "take_both", typed, 0)
        acknowledge(link, request, WRONG_TYPE, b"wrong type")
    elif not io.set(_value(io.descriptor, typed)):
        acknowledge(link, request, BUSY, b"changed too often")
    else:
        report(link, io, request)


def _head(data):
    if len(data) < HEAD:
        raise ProtocolError(MALFORMED, "data too short")
    return struct.unpack_from("<HB", data)


def _value(descriptor, typed):
    if descriptor == BOOL and len(typed) == 2 and typed[1] < 2:
        return typed[1] == 1
    return lazy.call("firmware.protocol.types", "decode", descriptor, typed[len(descriptor) :])
