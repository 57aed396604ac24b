"""The multi type. Runs under CPython and on the twin: imports firmware and json only."""

import json

from firmware.protocol import multitype
from firmware.protocol.errors import ProtocolError
from firmware.protocol.multitype import MultiType, decode


def vectors(section):
    with open("tests_host/vectors/protocol.json") as file:
        return json.load(file)["multi_types"][section]


def read(text):
    return decode(bytes.fromhex(text))


def refused(code, call, *values):
    try:
        call(*values)
    except ProtocolError as error:
        return error.code == code
    return False


def test_accepts():
    for kinds, descriptor, wanted in vectors("accepts"):
        assert read(kinds).accepts(bytes.fromhex(descriptor)) is wanted, (kinds, descriptor)


def test_not():
    for kinds, wanted in vectors("not"):
        assert (~read(kinds)).encode() == bytes.fromhex(wanted), kinds
        assert (~read(wanted)).encode() == bytes.fromhex(kinds), wanted


def test_or():
    for first, second, wanted in vectors("or"):
        assert (read(first) | read(second)).encode() == bytes.fromhex(wanted), (first, second)
        assert read(second) | read(first) == read(wanted), (first, second)


def test_and():
    for first, second, wanted in vectors("and"):
        assert (read(first) & read(second)).encode() == bytes.fromhex(wanted), (first, second)
        assert read(second) & read(first) == read(wanted), (first, second)


def test_every_vector_is_written_as_read():
    for section in ("accepts", "not", "or", "and"):
        for row in vectors(section):
            assert read(row[0]).encode() == bytes.fromhex(row[0])


def test_equality_is_that_of_sets():
    assert read("03020102") == read("03020201")
    assert hash(read("03020102")) == hash(read("03020201"))
    assert read("03020102") != read("02020102")
    assert read("0302010101"[:8]) == read("030101")
    assert read("00") != read("01")
    assert read("00") != 0


def test_the_simplest_form():
    assert read("0200").encode() == b"\0"
    assert read("0300").encode() == b"\1"
    assert read("0303010101").encode() == bytes.fromhex("030101")


def test_order_is_that_of_the_first_meeting():
    assert (read("03020502") | read("03020105")).encode() == bytes.fromhex("0303050201")
    assert (read("02020502") & read("02020105")).encode() == bytes.fromhex("0203050201")
    assert (read("0303050201") & read("03020105")).encode() == bytes.fromhex("03020501")


def test_compound_descriptors_are_types_of_their_own():
    array = bytes.fromhex("4002")
    kinds = read("03014002")
    assert kinds.accepts(array)
    assert not kinds.accepts(b"\2")
    assert (kinds | read("030102")).encode() == bytes.fromhex("0302400202")


def test_malformed():
    for text in ("", "04", "0001", "0100", "02", "0201", "0302ff", "030201", "0301ee", "03010101", "030140"):
        assert refused(2, decode, bytes.fromhex(text)), text
    assert refused(2, read("00").accepts, b"")
    assert refused(2, read("00").accepts, b"\1\1")
    assert refused(2, MultiType, [b"\xee"])


def test_more_types_than_fit_are_refused():
    many = [b"\x41\1\2\0%02x\1" % number for number in range(256)]
    assert len(decode(MultiType(many[:255]).encode()).types) == multitype.MAX_TYPES
    assert refused(8, MultiType(many).encode)
