"""The multi type (PROTOCOL section 5): which types an input takes, a set of descriptors. At the hub only."""

import struct

from firmware.protocol import types
from firmware.protocol.commands import MALFORMED, TOO_LARGE
from firmware.protocol.errors import ProtocolError, room

ALL = 0
NONE = 1
ALL_EXCEPT = 2
NONE_EXCEPT = 3
MAX_TYPES = 255


class MultiType:
    """A set of types: `negated` is True for all except those listed. Immutable, in the simplest form."""

    def __init__(self, descriptors=(), negated=False):
        found = []
        for descriptor in descriptors:
            _valid(descriptor)
            if descriptor not in found:
                found.append(descriptor)
        self.types = tuple(found)
        self.negated = negated

    def accepts(self, descriptor):
        """Whether an output of that type may be bound to the input; ProtocolError for no descriptor."""
        _valid(descriptor)
        return (descriptor in self.types) != self.negated

    def encode(self):
        """The bytes on the wire; ProtocolError (8) for more than 255 types."""
        if not self.types:
            return bytes([ALL if self.negated else NONE])
        if len(self.types) > MAX_TYPES:
            raise ProtocolError(TOO_LARGE, "more than %d types" % MAX_TYPES)
        head = struct.pack("<BB", ALL_EXCEPT if self.negated else NONE_EXCEPT, len(self.types))
        return head + b"".join(self.types)

    def __eq__(self, other):
        if not isinstance(other, MultiType):
            return False
        return self.negated == other.negated and set(self.types) == set(other.types)

    def __hash__(self):
        return hash(frozenset(self.types)) ^ self.negated

    def __repr__(self):
        return "MultiType(%r, %r)" % (self.types, self.negated)

    def __invert__(self):
        return MultiType(self.types, not self.negated)

    def __or__(self, other):
        if self.negated and other.negated:
            return MultiType(_both(self.types, other.types), True)
        if self.negated:
            return MultiType(_without(self.types, other.types), True)
        if other.negated:
            return MultiType(_without(other.types, self.types), True)
        return MultiType(self.types + other.types)

    def __and__(self, other):
        return ~(~self | ~other)


def decode(data):
    """The multi type that all of the data are; ProtocolError when they are none."""
    room(data, 0, 1)
    state = data[0]
    if state > NONE_EXCEPT:
        raise ProtocolError(MALFORMED, "unknown state %d" % state)
    found, at = [], 1
    if state >= ALL_EXCEPT:
        at = room(data, 1, 1)
        for _ in range(data[1]):
            behind = types.end(data, at)
            found.append(bytes(data[at:behind]))
            at = behind
    if at != len(data):
        raise ProtocolError(MALFORMED, "bytes left over")
    return MultiType(found, state in (ALL, ALL_EXCEPT))


def _valid(descriptor):
    if types.end(descriptor) != len(descriptor):
        raise ProtocolError(MALFORMED, "bytes left over")


def _both(first, second):
    return [each for each in first if each in second]


def _without(first, second):
    return [each for each in first if each not in second]
