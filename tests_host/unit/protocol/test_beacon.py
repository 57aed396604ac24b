"""Discovery datagrams. Runs under CPython and on the twin: imports firmware and json only."""

import json

from firmware.protocol import beacon
from firmware.protocol.errors import ProtocolError


def vectors(section):
    with open("tests_host/vectors/protocol.json") as file:
        return json.load(file)[section]


def refused(data):
    try:
        beacon.decode(data)
    except ProtocolError:
        return True
    return False


def test_vectors_are_read():
    for vector in vectors("beacons"):
        flags, address, hub, entries = beacon.decode(bytes.fromhex(vector["hex"]))
        assert flags == vector["flags"], vector["name"]
        assert address == vector["address"], vector["name"]
        assert hub == bytes.fromhex(vector["hub"]), vector["name"]
        assert [list(entry) for entry in entries] == vector["entries"], vector["name"]


def test_vectors_are_written():
    for vector in vectors("beacons"):
        if vector["name"] in ("standard", "development"):
            address = bytes([int(part) for part in vector["address"].split(".")])
            data = beacon.encode(vector["flags"], address, bytes.fromhex(vector["hub"]), vector["entries"])
            assert data == bytes.fromhex(vector["hex"]), vector["name"]


def test_what_is_written_is_read():
    for vector in vectors("beacons"):
        parts = vector["address"].split(".") if vector["address"] else (0, 0, 0, 0)
        address = bytes([int(part) for part in parts])
        data = beacon.encode(vector["flags"], address, bytes.fromhex(vector["hub"]), vector["entries"])
        assert beacon.decode(data) == beacon.decode(bytes.fromhex(vector["hex"])), vector["name"]


def test_bad_vectors_are_refused():
    for vector in vectors("bad_beacons"):
        assert refused(bytes.fromhex(vector["hex"])), vector["name"]


def test_every_cut_is_refused():
    data = beacon.encode(0, bytes(4), bytes(16), [(1, 7261), (2, 7262)])
    for length in range(len(data)):
        assert refused(data[:length])
    assert refused(beacon.SOLICIT)


def test_one_to_16_entries():
    entries = [(1, port) for port in range(17)]
    assert len(beacon.decode(beacon.encode(0, bytes(4), bytes(16), entries[:16]))[3]) == 16
    assert refused(beacon.encode(0, bytes(4), bytes(16), entries))


def test_numbers_are_those_of_the_text():
    assert (beacon.GROUP, beacon.PORT, beacon.SOLICIT) == ("239.255.38.26", 7260, b"TWIG?")
