"""IOs on the wire: RegisterIO, ValueReport, SetValue, GetValue (PROTOCOL sections 3 and 5).

An IO has id, name, kind, descriptor, writable, value() and, where writable, set(value): False when it must
not change now; `reported` is the value last sent.
"""

from firmware.protocol import codec, layouts
from firmware.protocol.commands import (
    ALL_IOS,
    BUSY,
    DONE,
    NO_SUCH_IO,
    NOT_WRITABLE,
    READABLE,
    VALUE_REPORT,
    WRITABLE,
    WRONG_TYPE,
)

BOOL = b"\x01"


def describe(io):
    """The data of its RegisterIO."""
    flags = READABLE | WRITABLE if io.writable else READABLE
    return codec.pack("<BB * s s s", io.id, flags, io.descriptor, io.name, io.kind, "") + b"\0"


def report(link, io, request=0):
    """Send its present value."""
    value = io.reported = io.value()
    if io.descriptor == BOOL:
        raw = b"\x01" if value else b"\0"
    else:
        from firmware.protocol import types

        raw = types.encode(io.descriptor, value)
    link.send(VALUE_REPORT, codec.pack("<HB *", request, io.id, io.descriptor + raw))


def get(link, data):
    """Answer GetValue."""
    request, number = codec.unpack(layouts.GET_VALUE, data)
    if number == ALL_IOS:
        for io in link.ios.values():
            report(link, io)
        link.acknowledge(request, DONE)
    elif number in link.ios:
        report(link, link.ios[number], request)
    else:
        link.acknowledge(request, NO_SUCH_IO, "no such IO")


def put(link, data):
    """Obey SetValue and answer it once the output has changed."""
    request, number, typed = codec.unpack("<HB *", data)
    io = link.ios.get(number)
    if not io:
        link.acknowledge(request, NO_SUCH_IO, "no such IO")
    elif not io.writable:
        link.acknowledge(request, NOT_WRITABLE, "read only")
    elif typed[: len(io.descriptor)] != io.descriptor:
        link.acknowledge(request, WRONG_TYPE, "wrong type")
    elif not io.set(_value(io.descriptor, typed)):
        link.acknowledge(request, BUSY, "changed too often")
    else:
        report(link, io, request)


def _value(descriptor, typed):
    if descriptor == BOOL and typed in (b"\x01\0", b"\x01\x01"):
        return typed[1] == 1
    from firmware.protocol import types

    return types.decode(descriptor, typed[len(descriptor) :])
