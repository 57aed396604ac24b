"""Properties of the codec, by generated descriptors, values and messages."""

import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmware.protocol import beacon, frame, legacy, messages, multitype, types
from firmware.protocol.commands import OUT_OF_RANGE, WRONG_TYPE
from firmware.protocol.errors import ProtocolError
from tests_host.fuzz import strategies as own

SOME = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FRAMES = st.tuples(own.GUID, own.GUID, own.UINT32, st.binary(max_size=200))
# Python's objects are larger than their bytes on the wire: a bool in a list takes 8, a short string 60, a
# dict of one field 184, and three of these may nest in an array around one byte. The rest is Python's own.
BYTES_PER_BYTE = 640
OF_THE_INTERPRETER = 64 * 1024


def drain(reader: frame.Reader) -> list:
    return list(iter(reader.next, None))


def peak(call, *arguments) -> int:
    """Bytes that the call had allocated at most; ProtocolError is the only exception that it may raise."""
    tracemalloc.start()
    try:
        call(*arguments)
    except ProtocolError:
        pass
    finally:
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return most


def mutated(data: bytes, changes: list[tuple[int, int, int]]) -> bytes:
    """The data with bytes set, put in, or cut off."""
    raw = bytearray(data)
    for place, byte, how in changes:
        at = place % (len(raw) + 1)
        if how == 0:
            raw[at : at + 1] = bytes([byte])
        elif how == 1:
            raw[at:at] = bytes([byte])
        else:
            del raw[at : at + byte]
    return bytes(raw)


def fits(descriptor: bytes, value: object) -> bool:
    """Whether the value is taken, and then read; a refusal but "wrong type" and "out of range" escapes."""
    try:
        data = types.encode(descriptor, value)
    except ProtocolError as error:
        if error.code in (WRONG_TYPE, OUT_OF_RANGE):
            return False
        raise
    types.decode(descriptor, data)
    return True


CHANGES = st.lists(st.tuples(own.UINT16, own.UINT8, st.integers(0, 2)), min_size=1, max_size=4)


@SOME
@given(own.TYPED)
def test_a_value_survives(typed):
    descriptor, value = typed
    assert types.end(descriptor) == len(descriptor)
    assert types.decode(descriptor, types.encode(descriptor, value)) == value


@SOME
@given(own.MESSAGES)
def test_a_message_survives(message):
    command, fields = message
    data = messages.encode(command, **fields)
    assert messages.decode(command, data) == fields


@SOME
@given(own.TYPED, own.TYPED)
def test_a_value_of_another_type_is_refused_or_fits(one, other):
    """What people may send through the API: only ProtocolError escapes; what is taken can be read back."""
    fits(one[0], other[1])


@SOME
@given(
    own.DESCRIPTORS,
    st.recursive(st.none() | st.text() | st.integers() | st.floats() | st.booleans(), st.lists),
)
def test_any_json_value_is_refused_or_fits(descriptor, value):
    fits(descriptor, value)


@SOME
@given(st.lists(FRAMES, max_size=5), st.lists(st.integers(0, 1300), max_size=8))
def test_any_split_gives_the_same_messages(wanted, cuts):
    stream = b"".join(frame.encode(*each) for each in wanted)
    reader, found, begin = frame.Reader(frame.DEVICE_LIMIT), [], 0
    for cut in [*sorted(cuts), len(stream)]:
        reader.feed(stream[begin:cut])
        begin = max(begin, cut)
        found.extend(drain(reader))
    assert found == wanted
    assert reader.pending() == 0


@SOME
@given(own.COMMON, CHANGES)
def test_a_mutated_message_is_refused_or_read(message, changes):
    command, fields = message
    data = mutated(messages.encode(command, **fields), changes)
    assert peak(messages.decode, command, data) <= BYTES_PER_BYTE * len(data) + OF_THE_INTERPRETER


@SOME
@given(own.MESSAGES, CHANGES)
def test_any_mutated_message_is_refused_or_read_the_same_again(message, changes):
    command, fields = message
    try:
        read = messages.decode(command, mutated(messages.encode(command, **fields), changes))
    except ProtocolError:
        return
    assert messages.decode(command, messages.encode(command, **read)) == read


@SOME
@given(st.sampled_from(sorted(messages.MESSAGES)), st.binary(max_size=300))
def test_random_data_are_refused_or_read(command, data):
    assert peak(messages.decode, command, data) <= BYTES_PER_BYTE * len(data) + OF_THE_INTERPRETER


@SOME
@given(st.sampled_from([frame.Reader, legacy.Reader]), st.lists(st.binary(max_size=100), max_size=20))
def test_a_random_stream_is_refused_or_kept(kind, chunks):
    reader = kind(frame.DEVICE_LIMIT)
    fed = sum(len(chunk) for chunk in chunks)

    def read() -> None:
        for chunk in chunks:
            reader.feed(chunk)
            drain(reader)

    assert peak(read) <= 4 * fed + OF_THE_INTERPRETER


@pytest.mark.parametrize("element", [b"\1", b"\6", b"\x40\1", b"\x41\1\1\0a\1", b"\x40\x40\6"])
def test_a_claimed_count_allocates_nothing(element):
    data = b"\0\0\1" + b"\x40" + element + b"\xff\xff" + bytes(100)
    assert peak(messages.decode, 16, data) < 8 * 1024


def test_the_dearest_value_stays_in_the_bound():
    inner = b"\x41\1\1\0a"
    data = b"\0\0\1\x40" + 3 * inner + b"\1" + (3000).to_bytes(2, "little") + bytes(3000)
    assert peak(messages.decode, 16, data) <= BYTES_PER_BYTE * len(data)


def test_a_message_has_one_place_in_memory():
    """A plug's heap has no second one for the largest."""
    stream = frame.encode(b"a" * 16, b"b" * 16, 1, bytes(frame.DEVICE_LIMIT - frame.HEADER))
    chunks = [stream[at : at + 256] for at in range(0, len(stream), 256)]
    reader = frame.Reader(frame.DEVICE_LIMIT)

    def read() -> None:
        for chunk in chunks:
            reader.feed(chunk)
            drain(reader)

    assert peak(read) < 2 * frame.DEVICE_LIMIT


def test_a_claimed_length_allocates_nothing():
    reader = frame.Reader(frame.HUB_LIMIT)
    reader.feed((65536).to_bytes(4, "little"))
    assert peak(reader.next) < 4 * 1024


@SOME
@given(st.binary(max_size=90) | st.binary(max_size=60).map(lambda rest: b"TWIG\1\2" + rest))
def test_a_random_datagram_is_refused_or_a_beacon(data):
    try:
        flags, address, hub, entries = beacon.decode(data)
    except ProtocolError:
        return
    assert flags in range(4)
    assert len(hub) == 16
    assert address is None or address.count(".") == 3
    assert all(1 <= protocol <= 6 for protocol, _ in entries)


@SOME
@given(
    st.integers(0, 3),
    st.binary(min_size=4, max_size=4),
    own.GUID,
    st.lists(st.tuples(st.integers(1, 6), own.UINT16), min_size=1, max_size=16),
)
def test_a_beacon_survives(flags, address, hub, entries):
    read = beacon.decode(beacon.encode(flags, address, hub, entries) + b"later")
    shown = None if address == bytes(4) else ".".join(str(byte) for byte in address)
    assert read == (flags, shown, hub, entries)


MULTI = st.builds(
    multitype.MultiType, st.lists(st.sampled_from([b"\1", b"\2", b"\x40\2", b"\x40\6"])), st.booleans()
)


@SOME
@given(MULTI, MULTI, MULTI)
def test_multi_types_are_sets(a, b, c):
    assert ~~a == a
    assert a | a == a == a & a
    assert ~(a | b) == ~a & ~b
    assert ~(a & b) == ~a | ~b
    assert a | b == b | a
    assert a & (b | c) == (a & b) | (a & c)
    assert (a | ~a).encode() == b"\0"
    assert (a & ~a).encode() == b"\1"
    assert multitype.decode(a.encode()) == a


@SOME
@given(MULTI, MULTI, own.DESCRIPTORS | st.sampled_from([b"\1", b"\x40\2"]))
def test_multi_types_accept_as_sets_do(a, b, descriptor):
    first, second = a.accepts(descriptor), b.accepts(descriptor)
    assert (a | b).accepts(descriptor) == (first or second)
    assert (a & b).accepts(descriptor) == (first and second)
    assert (~a).accepts(descriptor) != first


@SOME
@given(st.binary(max_size=40))
def test_random_multi_types_are_refused_or_survive(data):
    try:
        kinds = multitype.decode(data)
    except ProtocolError:
        return
    assert multitype.decode(kinds.encode()) == kinds
