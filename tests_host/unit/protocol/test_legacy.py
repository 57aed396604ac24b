"""The legacy protocol. Runs under CPython and on the twin: imports firmware and json only."""

import json

from firmware.protocol import legacy
from firmware.protocol.errors import ProtocolError


def vectors():
    with open("tests_host/vectors/protocol.json") as file:
        return json.load(file)["legacy"]


def whole(vector):
    return vector["sender"], vector["target"], vector["command"], bytes.fromhex(vector["data"])


def test_vectors_are_written():
    for vector in vectors():
        assert legacy.encode(*whole(vector)) == bytes.fromhex(vector["hex"]), vector["name"]


def test_vectors_are_read_in_one_stream_byte_by_byte():
    reader = legacy.Reader(1536)
    found = []
    for vector in vectors():
        for byte in bytes.fromhex(vector["hex"]):
            reader.feed(bytes([byte]))
            message = reader.next()
            if message is not None:
                found.append(message)
    assert found == [whole(vector) for vector in vectors()]
    assert reader.pending() == 0


def refusal(reader):
    try:
        reader.next()
    except ProtocolError as error:
        return error.code
    return 0


def test_bad_lengths_are_refused():
    for length, code in ((0, 2), (11, 2), (1537, 8), (0xFFFFFFFF, 8)):
        reader = legacy.Reader(1536)
        reader.feed(length.to_bytes(4, "little"))
        assert refusal(reader) == code, length


def test_the_data_of_both_registrations():
    assert legacy.pack(legacy.REGISTER_NEW, parent=legacy.PARENT) == b"\xfe\xff\xff\xff"
    assert legacy.unpack(legacy.ACCEPT_NEW, b"\x2a\0\0\0") == {"id": 42}
    assert legacy.unpack(legacy.REJECT, b"") == {}
    assert legacy.unpack(16, b"\7\0\1\1\1") == {"request": 7, "io": 1, "typed": (b"\1", True)}
