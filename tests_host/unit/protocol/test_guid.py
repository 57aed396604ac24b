"""GUIDs. Runs under CPython and on the twin: imports firmware and json only."""

import json

from firmware.protocol import guid
from firmware.protocol.errors import ProtocolError

RESERVED = {"server": guid.SERVER, "unassigned": guid.UNASSIGNED, "parent": guid.PARENT}


def vectors():
    with open("tests_host/vectors/protocol.json") as file:
        return json.load(file)["guids"]


def test_vectors():
    for vector in vectors():
        wire = bytes.fromhex(vector["wire"])
        if vector["text"] in RESERVED:
            assert RESERVED[vector["text"]] == wire
        else:
            assert guid.text(wire) == vector["text"]
            assert guid.parse(vector["text"]) == wire


def test_reserved_are_the_old_integers_extended():
    assert int.from_bytes(guid.SERVER, "little") == 0
    assert int.from_bytes(guid.UNASSIGNED, "little") == (1 << 128) - 1
    assert int.from_bytes(guid.PARENT, "little") == (1 << 128) - 2


def test_upper_case_is_read():
    assert guid.parse("3E1C0A5D-7B9F-4C2E-8D6A-112233445566")[:2] == b"\x3e\x1c"


def refused(text):
    try:
        guid.parse(text)
    except ProtocolError as error:
        return error.code == 2
    return False


def test_others_are_refused():
    good = "3e1c0a5d-7b9f-4c2e-8d6a-112233445566"
    for text in (
        "",
        good[1:],
        good + "0",
        good.replace("-", ""),
        "{" + good + "}",
        good.replace("3", "g"),
        " " + good,
    ):
        assert refused(text), text
