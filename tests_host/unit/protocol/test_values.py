"""Type descriptors and values. Runs under CPython and on the twin: imports firmware and json only."""

import json

from firmware.protocol import types
from firmware.protocol.errors import ProtocolError

WRONG_TYPE = 5
OUT_OF_RANGE = 6
MALFORMED = 2

BOOL = b"\1"
NUMBERS = (b"\2", b"\3", b"\4", b"\5", b"\x09")
GUID_TEXT = "3e1c0a5d-7b9f-4c2e-8d6a-112233445566"


def vectors(section):
    with open("tests_host/vectors/protocol.json") as file:
        return json.load(file)[section]


def refused(code, call, *values):
    try:
        got = call(*values)
    except ProtocolError as error:
        return error.code == code
    raise AssertionError(f"taken: {values!r} as {got!r}")


def plain(value):
    """A vector's value: JSON has no bytes."""
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) and "hex" in value else value


def complex_of(*fields):
    raw = bytes([65, len(fields)])
    for name, descriptor in fields:
        raw += len(name).to_bytes(2, "little") + name + descriptor
    return raw


def test_vectors_are_read():
    for vector in vectors("values"):
        descriptor = bytes.fromhex(vector["descriptor"])
        value = types.decode(descriptor, bytes.fromhex(vector["hex"]))
        assert value == plain(vector["value"]), vector["name"]
        assert isinstance(value, type(plain(vector["value"]))), vector["name"]


def test_vectors_are_written():
    for vector in vectors("values"):
        descriptor = bytes.fromhex(vector["descriptor"])
        assert types.encode(descriptor, plain(vector["value"])) == bytes.fromhex(vector["hex"]), vector[
            "name"
        ]


def test_bad_vectors_are_refused():
    for vector in vectors("bad_values"):
        descriptor = bytes.fromhex(vector["descriptor"])
        assert refused(MALFORMED, types.decode, descriptor, bytes.fromhex(vector["hex"])), vector["name"]


def test_every_cut_of_a_value_is_refused():
    for vector in vectors("values"):
        descriptor = bytes.fromhex(vector["descriptor"])
        data = bytes.fromhex(vector["hex"])
        for length in range(len(data)):
            assert refused(MALFORMED, types.decode, descriptor, data[:length]), vector["name"]
        assert refused(MALFORMED, types.decode, descriptor, data + b"\0"), vector["name"]


def test_every_cut_of_a_descriptor_is_refused():
    for vector in vectors("values"):
        descriptor = bytes.fromhex(vector["descriptor"])
        assert types.end(descriptor) == len(descriptor)
        assert types.end(b"??" + descriptor + b"?", 2) == len(descriptor) + 2
        for length in range(len(descriptor)):
            assert refused(MALFORMED, types.end, descriptor[:length]), vector["name"]
        assert refused(MALFORMED, types.decode, descriptor + b"\1", bytes.fromhex(vector["hex"])), vector[
            "name"
        ]


def test_unknown_types_are_refused():
    for byte in range(256):
        if byte not in (1, 2, 3, 4, 5, 6, 7, 8, 9, 64, 65):
            assert refused(MALFORMED, types.end, bytes([byte])), byte
            assert refused(MALFORMED, types.decode, bytes([byte]), bytes(32)), byte
            assert refused(MALFORMED, types.decode, bytes([64, byte]), bytes(2)), byte


def test_bool_takes_bools_only():
    for value in (0, 1, 1.0, "true", None, [], b"\1"):
        assert refused(WRONG_TYPE, types.encode, BOOL, value), value
    for byte in range(2, 256):
        assert refused(MALFORMED, types.decode, BOOL, bytes([byte]))


def test_numbers_take_no_other_types():
    for descriptor in NUMBERS:
        for value in (True, False, "1", None, b"1", [1], {}):
            assert refused(WRONG_TYPE, types.encode, descriptor, value), value


def test_integers_take_no_floats():
    for descriptor in (b"\2", b"\3", b"\x09"):
        assert refused(WRONG_TYPE, types.encode, descriptor, 1.0)


def test_integers_have_a_range():
    for descriptor, bits in ((b"\2", 31), (b"\3", 63), (b"\x09", 63)):
        limit = 1 << bits
        for value in (-limit, limit - 1, -1, 0):
            raw = types.encode(descriptor, value)
            assert len(raw) == (bits + 1) // 8
            assert types.decode(descriptor, raw) == value
        for value in (-limit - 1, limit, 1 << 200, -(1 << 200)):
            assert refused(OUT_OF_RANGE, types.encode, descriptor, value), value


def test_floats_take_integers():
    assert types.encode(b"\4", 2) == b"\0\0\0\x40"
    assert types.encode(b"\5", -2) == b"\0\0\0\0\0\0\0\xc0"


def test_floats_are_finite():
    huge = float("inf")
    for descriptor in (b"\4", b"\5"):
        for value in (huge, -huge, huge - huge):
            assert refused(OUT_OF_RANGE, types.encode, descriptor, value), value
        assert refused(OUT_OF_RANGE, types.encode, descriptor, 10**400)
    assert refused(OUT_OF_RANGE, types.encode, b"\4", 10**39)


def test_every_float_that_is_not_finite_is_malformed():
    for sign in (0x7F, 0xFF):
        for low in (0x80, 0x81, 0xC0, 0xFF):
            assert refused(MALFORMED, types.decode, b"\4", bytes([0, 0, low, sign]))
        for low in (0xF0, 0xF1, 0xF8, 0xFF):
            assert refused(MALFORMED, types.decode, b"\5", bytes([0, 0, 0, 0, 0, 0, low, sign]))


def same_or_out_of_range(raw):
    try:
        return types.encode(b"\5", types.decode(b"\5", raw)) == raw
    except ProtocolError as error:
        return error.code == OUT_OF_RANGE


def test_a_float64_too_large_for_the_device_is_out_of_range_there():
    for high, low in ((0x7E, 0x37), (0x7F, 0xEF), (0xFF, 0xEF)):
        raw = bytes([0, 0, 0, 0, 0, 0, low, high])
        assert same_or_out_of_range(raw), (high, low)


def test_strings_blobs_and_guids_take_their_own_type():
    for descriptor, others in (
        (b"\6", (b"a", 1, None, [])),
        (b"\7", ("a", 1, None, [1])),
        (b"\x08", (b"a", 1, None)),
    ):
        for value in others:
            assert refused(WRONG_TYPE, types.encode, descriptor, value), value
    assert types.encode(b"\7", bytearray(b"ab")) == b"\2\0ab"


def test_guid_values_are_text():
    assert types.decode(b"\x08", types.encode(b"\x08", GUID_TEXT.upper())) == GUID_TEXT
    assert refused(WRONG_TYPE, types.encode, b"\x08", GUID_TEXT[1:])


def test_bad_utf8_is_refused():
    for raw in (
        "80",
        "c3",
        "c328",
        "c080",
        "c1bf",
        "e08080",
        "e09fbf",
        "eda080",
        "edbfbf",
        "f08080",
        "f0808080",
    ):
        raw = bytes.fromhex(raw)
        assert refused(MALFORMED, types.decode, b"\6", bytes([len(raw), 0]) + raw), raw
    for raw in ("f08fbfbf", "f4908080", "f5808080", "f8888080", "fe", "ff", "41c0af", "e282"):
        raw = bytes.fromhex(raw)
        assert refused(MALFORMED, types.decode, b"\6", bytes([len(raw), 0]) + raw), raw


def test_the_edges_of_utf8_are_taken():
    for code in (0, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFD, 0x10000, 0x10FFFF):
        text = chr(code) + "x" + chr(code)
        assert types.decode(b"\6", types.encode(b"\6", text)) == text, code


def test_arrays_take_lists():
    for value in ("12", b"12", 1, None, {}, {0: 1}):
        assert refused(WRONG_TYPE, types.encode, b"\x40\x02", value), value
    assert types.encode(b"\x40\x02", (1,)) == types.encode(b"\x40\x02", [1])
    assert refused(WRONG_TYPE, types.encode, b"\x40\x02", [1, "2"])


def test_complexes_take_just_their_fields():
    descriptor = complex_of((b"a", b"\1"), (b"b", b"\2"))
    assert types.encode(descriptor, {"b": 3, "a": True}) == b"\1\3\0\0\0"
    for value in ({}, {"a": True}, {"a": True, "b": 1, "c": 1}, {"a": True, 1: 2}, [True, 1], None):
        assert refused(WRONG_TYPE, types.encode, descriptor, value), value


def test_a_field_twice_is_malformed():
    assert refused(MALFORMED, types.end, complex_of((b"a", b"\1"), (b"a", b"\2")))
    assert refused(MALFORMED, types.end, b"\x40" + complex_of((b"", b"\1"), (b"b", b"\1"), (b"", b"\1")))


def test_complexes_have_one_to_32_fields():
    names = [b"%02d" % number for number in range(33)]
    assert types.end(complex_of(*[(name, b"\1") for name in names[:32]])) == 2 + 32 * 5
    assert refused(MALFORMED, types.end, complex_of(*[(name, b"\1") for name in names]))
    assert refused(MALFORMED, types.end, complex_of())


def test_nesting_counts_arrays_and_complexes():
    deep = b"\1"
    for depth in range(6):
        assert depth > 4 or types.end(deep) == len(deep)
        assert depth < 5 or refused(MALFORMED, types.end, deep)
        deep = complex_of((b"a", deep)) if depth % 2 else b"\x40" + deep
    assert refused(MALFORMED, types.end, b"\x40" * 1000 + b"\1")


def test_a_count_is_checked_by_the_smallest_elements():
    pair = complex_of((b"a", b"\3"), (b"b", b"\x40\1"))
    for element, smallest in (
        (b"\1", 1),
        (b"\2", 4),
        (b"\6", 2),
        (b"\7", 2),
        (b"\x08", 16),
        (b"\x40\5", 2),
        (pair, 10),
    ):
        descriptor = b"\x40" + element
        assert len(types.decode(descriptor, b"\3\0" + bytes(3 * smallest))) == 3
        assert refused(MALFORMED, types.decode, descriptor, b"\3\0" + bytes(3 * smallest - 1))
        assert refused(MALFORMED, types.decode, descriptor, b"\xff\xff" + bytes(3 * smallest))
