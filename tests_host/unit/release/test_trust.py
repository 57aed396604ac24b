"""The file of the keys that may sign updates: golden bytes, and what no device may take for one."""

import hashlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twig.release import trust
from twig.release.errors import ReleaseError
from twig.release.trust import Trust

TOP = 1 << 3071
ONE, TWO = TOP + 1, TOP + (0xABCD << 100) + 7
HEAD = b"\x01\x01\0\0" + bytes(8)
KEY = b"\x80" + bytes(382) + b"\x01"
moduli = st.integers(1 << 2046, (1 << 3071) - 1).map(lambda number: 2 * number + 1)
counters = st.integers(0, (1 << 32) - 1)


def test_golden_bytes():
    assert trust.encode(Trust((ONE,))) == HEAD + KEY
    both = trust.encode(Trust((ONE, TWO), serial=0x01020304, sequence=0xA0B0C0D0))
    assert both[:12] == bytes.fromhex("01020000 04030201 d0c0b0a0")
    assert both[12:396] == KEY
    assert both[396:] == TWO.to_bytes(384, "big")


def test_a_shorter_key_lies_behind_zeros():
    short = (1 << 2047) + 9
    raw = trust.encode(Trust((short,)))
    assert raw[12:140] == bytes(128)
    assert trust.parse(raw).moduli == (short,)


@given(st.builds(Trust, st.lists(moduli, min_size=1, max_size=2).map(tuple), counters, counters))
def test_what_is_written_is_read(given):
    assert trust.parse(trust.encode(given)) == given


@given(st.binary(max_size=800) | st.binary(max_size=800).map(lambda tail: HEAD + tail))
def test_anything_else_is_refused_by_name(raw):
    try:
        found = trust.parse(raw)
    except ReleaseError as error:
        said = error.text
    else:
        said = "--trust" if trust.encode(found) == raw else ""
    assert "--trust" in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "cut off"),
        (HEAD[:11], "cut off"),
        (HEAD, "12 bytes are not a head and 1 keys"),
        (HEAD + KEY[:-1], "395 bytes"),
        (HEAD + KEY + b"\0", "397 bytes"),
        (HEAD + KEY + KEY, "780 bytes"),
        (b"\0" + HEAD[1:] + KEY, "version 0"),
        (b"\x02" + HEAD[1:] + KEY, "version 2"),
        (HEAD[:2] + b"\x01" + HEAD[3:] + KEY, "byte 2 or 3"),
        (b"\x01\x00" + HEAD[2:], "0 keys, not one or two"),
        (b"\x01\x03" + HEAD[2:] + KEY * 3, "3 keys, not one or two"),
        (b"\x01\xff" + HEAD[2:] + KEY * 255, "255 keys"),
        (HEAD + bytes(384), "a key of 0 bits"),
        (HEAD + bytes(383) + b"\x03", "a key of 2 bits"),
        (HEAD + bytes(129) + b"\xff" * 255, "a key of 2040 bits"),
        (HEAD + KEY[:-1] + b"\x02", "a key of 3072 bits cannot be used"),
    ],
)
def test_hostile_files(raw, words):
    with pytest.raises(ReleaseError, match=words):
        trust.parse(raw)


@pytest.mark.parametrize(
    "wrong",
    [
        Trust(()),
        Trust((ONE, TWO, ONE)),
        Trust((TOP,)),
        Trust((2 * TOP + 1,)),
        Trust((-ONE,)),
        Trust((65537,)),
        Trust((ONE,), serial=1 << 32),
        Trust((ONE,), sequence=-1),
    ],
)
def test_what_no_device_would_take_is_not_written(wrong):
    with pytest.raises(ReleaseError):
        trust.encode(wrong)


def test_the_fingerprint_is_of_the_bytes_in_the_file():
    shown = trust.fingerprint(TWO)
    digest = hashlib.sha256(trust.encode(Trust((TWO,)))[12:]).hexdigest()
    assert shown.replace(" ", "") == digest
    assert [len(group) for group in shown.split(" ")] == [4] * 16


def test_a_device_reads_it_in_two_small_pieces():
    raw = trust.encode(Trust((ONE, TWO)))
    assert struct.unpack_from("<BB", raw) == (1, 2)
    assert len(raw) == 12 + 2 * 384
