"""Messages by name. Runs under CPython and on the twin: imports firmware and json only."""

import json

from firmware.protocol import codec, layouts, messages
from firmware.protocol import commands as c
from firmware.protocol.errors import ProtocolError

TYPES = {"bool": b"\1", "float64": b"\5"}
RAW = ("nonce", "io_signature", "sha256", "key", "hub", "child", "guid", "parent")
REQUEST = 7


def vectors():
    with open("tests_host/vectors/protocol.json") as file:
        return json.load(file)["frames"]


def expected(vector):
    """The fields of a vector as the codec has them."""
    fields = dict(vector.get("fields") or {})
    if vector["command"] in (c.PING, c.PONG):
        return {"payload": bytes.fromhex(vector["data"])}
    for name in RAW:
        if name in fields:
            fields[name] = bytes.fromhex(fields[name].replace("-", ""))
    if vector["command"] == c.REGISTER_IO:
        fields["descriptor"] = TYPES[fields.pop("type")]
        fields["flags"] = fields.pop("readable") * c.READABLE + fields.pop("writable") * c.WRITABLE
        if fields["limits"]:
            fields["limits"] = tuple(fields["limits"])
    if vector["command"] in (c.SET_VALUE, c.VALUE_REPORT):
        fields["typed"] = (TYPES[fields.pop("type")], fields.pop("value"))
    if vector["command"] == c.READINGS:
        fields["readings"] = [
            (r["io"], r["time_ms"], TYPES[r["type"]], r["value"]) for r in fields["readings"]
        ]
    return fields


def refused(command, data):
    try:
        messages.decode(command, data)
    except ProtocolError as error:
        return error.code == 2
    return False


def samples():
    """One message of each command that the vectors do not have."""
    return (
        (c.IDENTIFY, {"request": REQUEST, "seconds": 3}, "070003"),
        (c.RESTART, {"request": REQUEST}, "0700"),
        (c.FACTORY_RESET, {"request": REQUEST, "word": b"wipe"}, "070077697065"),
        (c.GET_CONFIG, {"request": REQUEST}, "0700"),
        (c.CONFIG_REPORT, {"request": REQUEST, "json": "{}"}, "070002007b7d"),
        (c.SET_CONFIG, {"request": REQUEST, "json": "{}"}, "070002007b7d"),
        (c.LOG_REPORT, {"level": 40, "time_ms": -1, "text": "\xfc"}, "28ffffffffffffffff0200c3bc"),
        (c.STATUS_REPORT, {"json": "{}"}, "02007b7d"),
        (
            c.OFFER_UPDATE,
            {
                "request": REQUEST,
                "version": "1.2.3",
                "sequence": 258,
                "manifest_size": 3,
                "manifest_sha256": b"\xab" * 32,
                "signature": b"\1\2",
            },
            "07000500312e322e330201000003000000" + "ab" * 32 + "02000102",
        ),
        (c.BLOCK, {"offset": 1, "data": b"xyz"}, "0100000078797a"),
        (c.BLOCK, {"offset": 1, "data": b""}, "01000000"),
        (
            c.UPDATE_REPORT,
            {"version": "1", "state": 2, "percent": 50, "reason": ""},
            "01003102320000",
        ),
        (c.OFFER_KEY, {"request": REQUEST, "link": "{}", "signature": b"\xff"}, "070002007b7d0100ff"),
    )


def test_vectors_are_read():
    for vector in vectors():
        data = bytes.fromhex(vector["data"])
        assert messages.decode(vector["command"], data) == expected(vector), vector["name"]


def test_vectors_are_written():
    for vector in vectors():
        data = messages.encode(vector["command"], **expected(vector))
        assert data == bytes.fromhex(vector["data"]), vector["name"]


def test_the_other_commands():
    for command, fields, wire in samples():
        assert messages.encode(command, **fields) == bytes.fromhex(wire), command
        assert messages.decode(command, bytes.fromhex(wire)) == fields, command


def test_every_command_is_covered():
    covered = {vector["command"] for vector in vectors()} | {sample[0] for sample in samples()}
    assert covered == set(messages.MESSAGES)


def everything():
    for vector in vectors():
        yield vector["command"], bytes.fromhex(vector["data"])
    for command, _, wire in samples():
        yield command, bytes.fromhex(wire)


def test_every_cut_is_refused():
    for command, data in everything():
        if command not in (c.PING, c.PONG, c.BLOCK):
            for length in range(len(data)):
                assert refused(command, data[:length]), (command, length)


def test_later_fields_are_ignored_but_not_after_a_value():
    for command, data in everything():
        if command in (c.SET_VALUE, c.VALUE_REPORT, c.READINGS):
            assert refused(command, data + b"\0"), command
        elif command not in (c.PING, c.PONG, c.BLOCK):
            assert messages.decode(command, data + b"later") == messages.decode(command, data), command


def test_unknown_commands_are_key_errors():
    for command in (0, 12, 23, 40, 0xFFFFFFFF):
        try:
            messages.decode(command, b"")
        except KeyError:
            continue
        raise AssertionError(command)


def test_missing_and_unknown_fields_are_errors():
    for fields in ({}, {"count": 1, "more": 1}, {"number": 1}):
        try:
            messages.encode(c.IOS_COMPLETE, **fields)
        except (TypeError, KeyError):
            continue
        raise AssertionError(fields)


def test_values_in_messages_are_checked():
    for wire in ("070001", "07000101", "0700010102", "070001ee00", "070001400201000000"):
        assert refused(c.SET_VALUE, bytes.fromhex(wire)), wire
    typed = messages.decode(c.SET_VALUE, bytes.fromhex("0700014002" + "0100" + "05000000"))["typed"]
    assert typed == (b"\x40\2", [5])


def test_readings_of_any_types():
    readings = [(1, 5, b"\6", "a"), (2, 0, b"\x40\1", [True, False]), (3, -1, b"\7", b"")]
    data = messages.encode(c.READINGS, request=1, boot=2, first_sequence=3, readings=readings)
    assert messages.decode(c.READINGS, data)["readings"] == readings
    empty = messages.encode(c.READINGS, request=1, boot=2, first_sequence=3, readings=[])
    assert messages.decode(c.READINGS, empty)["readings"] == []
    assert refused(c.READINGS, empty[:-1] + b"\xff")


def test_old_ids_are_signed():
    fields = expected(next(vector for vector in vectors() if vector["name"] == "RegisterDevice"))
    for old_ids in ([], [-1, 42, -(1 << 31), (1 << 31) - 1]):
        fields["old_ids"] = old_ids
        data = messages.encode(c.REGISTER_DEVICE, **fields)
        assert messages.decode(c.REGISTER_DEVICE, data) == fields


def test_bad_limits_are_refused():
    head = bytes.fromhex("020305000000000000")
    one, infinite, nan = "000000000000f03f", "000000000000f07f", "000000000000f87f"
    none, minus = "00" * 8, "000000000000f0bf"
    good = messages.decode(c.REGISTER_IO, head + b"\1" + bytes.fromhex(none + one + none))
    assert good["limits"] == (0, 1, 0)
    for flag, limits in (
        ("01", one + none + none),
        ("01", none + one + minus),
        ("01", none + infinite + none),
        ("01", nan + one + none),
        ("01", none + one + nan),
        ("01", none + one),
        ("02", none + one + none),
    ):
        assert refused(c.REGISTER_IO, head + bytes.fromhex(flag + limits)), (flag, limits)


def test_packing_of_a_layout_gives_its_values_back():
    values = ["name", b"\1\2", 1, 258, b"x" * 16, b"rest"]
    data = codec.pack(b"s n <BH16s *", *values)
    assert codec.unpack(b"s n <BH16s *", data) == values
    assert codec.unpack(b"", b"anything") == []
    assert codec.pack(layouts.PING, b"abc") == b"abc"


def test_strings_in_messages_are_utf8():
    assert refused(c.LOG_REPORT, bytes(9) + bytes.fromhex("0200c328"))
