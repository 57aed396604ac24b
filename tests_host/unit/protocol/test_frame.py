"""Messages on a stream. Runs under CPython and on the twin: imports firmware and json only."""

import json

from firmware.protocol import frame
from firmware.protocol.errors import ProtocolError


def vectors(section):
    with open("tests_host/vectors/protocol.json") as file:
        return json.load(file)[section]


def messages(reader):
    found = []
    while True:
        message = reader.next()
        if message is None:
            return found
        found.append(message)


def whole(vector):
    sender, target, data = [bytes.fromhex(vector[name]) for name in ("sender", "target", "data")]
    return sender, target, vector["command"], data


def refused(reader, code):
    try:
        messages(reader)
    except ProtocolError as error:
        return error.code == code
    return False


def short_stream():
    first = frame.encode(b"a" * 16, b"b" * 16, 1, b"")
    second = frame.encode(b"c" * 16, b"d" * 16, 0xFFFFFFFF, b"data")
    return first + second, [(b"a" * 16, b"b" * 16, 1, b""), (b"c" * 16, b"d" * 16, 0xFFFFFFFF, b"data")]


def test_vectors_are_written():
    for vector in vectors("frames"):
        assert frame.encode(*whole(vector)) == bytes.fromhex(vector["hex"]), vector["name"]


def test_vectors_are_read():
    for vector in vectors("frames"):
        reader = frame.Reader(frame.DEVICE_LIMIT)
        reader.feed(bytes.fromhex(vector["hex"]))
        assert messages(reader) == [whole(vector)], vector["name"]
        assert reader.pending() == 0


def test_bad_vectors_are_refused():
    for vector in vectors("bad_frames"):
        reader = frame.Reader(frame.DEVICE_LIMIT)
        reader.feed(bytes.fromhex(vector["hex"]))
        assert refused(reader, 2 if "35" in vector["name"] else 8), vector["name"]


def test_all_vectors_in_one_stream_byte_by_byte():
    reader = frame.Reader(frame.DEVICE_LIMIT)
    found = []
    for vector in vectors("frames"):
        for byte in bytes.fromhex(vector["hex"]):
            reader.feed(bytes([byte]))
            found.extend(messages(reader))
    assert found == [whole(vector) for vector in vectors("frames")]


def test_every_split_at_one_and_two_places():
    stream, wanted = short_stream()
    for first in range(len(stream) + 1):
        for second in range(first, len(stream) + 1):
            reader = frame.Reader(frame.DEVICE_LIMIT)
            found = []
            for chunk in (stream[:first], stream[first:second], stream[second:]):
                reader.feed(chunk)
                found.extend(messages(reader))
            assert found == wanted, (first, second)


def test_fed_ahead_and_read_later():
    stream, wanted = short_stream()
    reader = frame.Reader(frame.DEVICE_LIMIT)
    reader.feed(stream + stream[:7])
    assert reader.next() == wanted[0]
    reader.feed(stream[7:])
    assert messages(reader) == [wanted[1], wanted[0], wanted[1]]


def test_limits_are_inclusive():
    limit = frame.DEVICE_LIMIT
    reader = frame.Reader(limit)
    reader.feed(frame.encode(b"a" * 16, b"b" * 16, 1, bytes(limit - frame.HEADER)))
    assert len(messages(reader)[0][3]) == limit - frame.HEADER
    reader.feed((limit + 1).to_bytes(4, "little"))
    assert refused(reader, 8)


def test_limit_can_be_raised_when_the_device_is_registered():
    reader = frame.Reader(frame.DEVICE_LIMIT)
    reader.feed((frame.DEVICE_LIMIT + 1).to_bytes(4, "little"))
    reader.limit = frame.HUB_LIMIT
    assert reader.next() is None


def test_a_bad_length_is_refused_before_its_bytes_come():
    for length, code in ((0, 2), (35, 2), (1537, 8), (0xFFFFFFFF, 8)):
        reader = frame.Reader(frame.DEVICE_LIMIT)
        reader.feed(length.to_bytes(4, "little"))
        assert refused(reader, code)
        assert reader.pending() == 4


def test_messages_before_a_bad_length_are_read():
    stream, wanted = short_stream()
    reader = frame.Reader(frame.DEVICE_LIMIT)
    reader.feed(stream + bytes(4))
    assert reader.next() == wanted[0]
    assert reader.next() == wanted[1]
    assert refused(reader, 2)


def test_pending_counts_the_unfinished_message():
    stream, _ = short_stream()
    reader = frame.Reader(frame.DEVICE_LIMIT)
    assert reader.pending() == 0
    reader.feed(stream[:45])
    assert reader.next() is not None
    assert reader.pending() == 5
