"""Join codes. Runs under CPython and on the twin: imports firmware and json only."""

import json

from firmware.protocol import joincode, joinkey, psk_identity
from firmware.protocol.errors import ProtocolError

CODE = "7H3K-9QWE-RTMB"


def vectors():
    with open("tests_host/vectors/protocol.json") as file:
        return json.load(file)["join_codes"]


def complaint(text):
    try:
        joincode.normalise(text)
    except ProtocolError as error:
        return str(error)
    return ""


def test_vectors():
    for vector in vectors():
        key = joinkey.key(joincode.normalise(vector["code"]))
        assert key == bytes.fromhex(vector["key"]), vector["code"]
        assert psk_identity.of_code(key) == vector["identity"], vector["code"]
        assert joincode.show(joincode.normalise(vector["code"])) == vector["code"]


def test_what_a_person_types():
    for typed in (CODE, CODE.lower(), CODE.replace("-", ""), " 7h3k 9qwe rtmb ", "7H3K\u20139QWE\u2014RTMB"):
        assert joincode.normalise(typed) == "7H3K9QWERTMB", typed
    assert joincode.normalise("oOOo-0000-00zo") == "0000000000Z0"
    assert joincode.normalise("0i23-4567-89a6") == joincode.normalise("0L23-4567-89A6") == "0123456789A6"


def test_what_is_wrong_is_said():
    assert "12 characters, not 11" in complaint(CODE[:-1])
    assert "12 characters, not 13" in complaint(CODE + "0")
    assert "12 characters, not 0" in complaint("")
    assert "no U" in complaint(CODE.replace("7", "u"))
    assert "no _" in complaint(CODE.replace("-", "_"))
    assert "typing error" in complaint(CODE[:-1] + "C")
    assert complaint(CODE) == ""


def test_every_wrong_character_is_found_but_z_for_0():
    code = CODE.replace("-", "")
    for place in range(11):
        for other in joincode.ALPHABET:
            typed = code[:place] + other + code[place + 1 :]
            same = joincode.ALPHABET.index(other) % 31 == joincode.ALPHABET.index(code[place]) % 31
            assert bool(complaint(typed)) != same, typed


def test_every_swap_of_neighbours_is_found():
    code = CODE.replace("-", "")
    for place in range(11):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assert complaint(swapped), swapped


def test_generated_codes_are_right():
    assert joincode.generate(bytes(7)) == "0000-0000-0000"
    assert joincode.generate(b"\xff" * 7) == joincode.generate(b"\x7f" + b"\xff" * 6) == "ZZZZ-ZZZZ-ZZZ0"
    assert joincode.generate(b"\0\0\0\0\0\0\x1f") == "0000-0000-00Z0"
    for seed in range(0, 256, 5):
        code = joincode.generate(bytes([(seed * place + seed) & 255 for place in range(1, 8)]))
        assert joincode.show(joincode.normalise(code)) == code


def test_too_few_random_bytes_are_refused():
    for count in (0, 6, 8):
        try:
            joincode.generate(bytes(count))
        except ValueError:
            continue
        raise AssertionError(count)


def test_every_bit_counts():
    codes = {joincode.generate((1 << bit).to_bytes(7, "big"))[:-1] for bit in range(55)}
    assert len(codes) == 55
