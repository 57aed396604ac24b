"""Signatures under a release: what `cryptography` signs is right, and no known forgery is."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.update import limbs, rsa_block, rsa_power, rsa_start
from tests_host import releases

DATA = b"what is signed"
DIGEST = hashlib.sha256(DATA).digest()
SIZES = (2048, 2050, 2056, 3070, 3072)  # not all are whole words or bytes
TURNS = 27  # multiplications; it pauses after each limb
GOOD = b"\0" + rsa_block.INFO + DIGEST


def verdict(modulus, signed, digest=DIGEST):
    begun = rsa_start.start(limbs.of(modulus), signed)
    if not begun:
        return False
    *before, power = rsa_power.steps(begun, signed)
    assert before == [None] * TURNS * len(begun[0])
    return rsa_block.signs(power, len(signed), digest)


def raw(block, bits=3072):
    """What the owner of the key would sign so: for blocks that no honest one makes."""
    numbers = releases.key(0, bits).private_numbers()
    size = (bits + 7) // 8
    return pow(int.from_bytes(block), numbers.d, numbers.public_numbers.n).to_bytes(size)


def padded(tail, size=384, head=b"\0\1"):
    return head + b"\xff" * (size - len(head) - len(tail)) + tail


@pytest.mark.parametrize("bits", SIZES)
def test_a_good_one(bits):
    signed = releases.sign(DATA, bits=bits)
    assert verdict(releases.modulus(0, bits), signed) is True
    assert verdict(releases.modulus(0, bits).lstrip(b"\0"), signed) is True
    assert verdict(releases.modulus(0, bits), signed, hashlib.sha256(b"other").digest()) is False
    assert verdict(releases.modulus(1, bits), signed) is False


def test_the_helper_signs_as_the_library_does():
    assert raw(padded(GOOD)) == releases.sign(DATA)


FORGED = {
    "garbage behind the digest": b"\0\1" + b"\xff" * 8 + GOOD + bytes(384 - 10 - len(GOOD)),
    "garbage, eight bytes of padding less": padded(GOOD[:-32] + DIGEST + b"\1" * 8),
    "garbage in the parameters": padded(
        b"\0\x30\x33\x30\x0f\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x02\xab\xcd\x04\x20" + DIGEST
    ),
    "no parameters": padded(
        b"\0\x30\x2f\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x04\x20" + DIGEST
    ),
    "BER lengths": padded(b"\0\x30\x81\x31" + rsa_block.INFO[2:] + DIGEST),
    "no padding": padded(GOOD, head=b"\0\1\0"),
    "a hole in the padding": b"\0\1" + b"\xff" * 100 + b"\0" + padded(GOOD)[103:],
    "another byte in the padding": b"\0\1" + b"\xff" * 100 + b"\xfe" + padded(GOOD)[103:],
    "of encryption": padded(GOOD, head=b"\0\2"),
    "type 0": padded(GOOD, head=b"\0\0"),
    "no zero behind the padding": padded(b"\xff" + GOOD[1:]),
    "SHA-1's name": padded(b"\0\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\0\x04\x14" + DIGEST[:20]),
    "SHA-512's name": padded(GOOD.replace(b"\x04\x02\x01", b"\x04\x02\x03")),
    "the digest alone": bytes(352) + DIGEST,
    "a digest that is cut off": padded(GOOD[:-1]),
    "nothing": bytes(384),
    "one": bytes(383) + b"\1",
}


@pytest.mark.parametrize("block", FORGED.values(), ids=FORGED)
def test_forgeries_even_by_the_owner_of_the_key(block):
    assert len(block) == 384
    assert verdict(releases.modulus(0), raw(block)) is False


def test_as_long_as_the_key_and_smaller():
    modulus, signed = releases.modulus(0), releases.sign(DATA)
    number = int.from_bytes(signed) + int.from_bytes(modulus)
    for other in (
        b"",
        signed[:-1],
        signed[1:],
        b"\0" + signed,
        signed + b"\0",
        modulus,
        b"\xff" * 384,
        number.to_bytes(385),
    ):
        assert verdict(modulus, other) is False
    while (short := releases.sign(DATA + str(number).encode()))[0]:
        number += 1
    digest = hashlib.sha256(DATA + str(number).encode()).digest()
    assert verdict(modulus, short, digest) is True
    assert verdict(modulus, short[1:], digest) is False


def test_equal_modulo_the_key_is_not_enough():
    """With a key of few bits the sum with a multiple of it still has the right length."""
    modulus = releases.modulus(0, 2050)
    signed = releases.sign(DATA, bits=2050)
    other = (int.from_bytes(signed) + int.from_bytes(modulus)).to_bytes(257)
    assert verdict(modulus, signed) is True
    assert len(other) == len(signed)
    assert verdict(modulus, other) is False


@pytest.mark.parametrize("modulus", [b"", b"\0", b"\3", bytes(384), b"\1" + bytes(64), b"\xff" * 255])
def test_keys_that_are_none(modulus):
    assert verdict(releases.modulus(0, 1024), releases.sign(DATA, bits=1024)) is False
    for signed in (b"", b"\1", b"\0" * 255 + b"\1", modulus):
        assert verdict(modulus, signed) is False


@settings(max_examples=60)
@given(st.integers(0, 3071))
def test_each_bit_counts(bit):
    signed = int.from_bytes(releases.sign(DATA)) ^ 1 << bit
    assert verdict(releases.modulus(0), signed.to_bytes(384)) is False


@settings(max_examples=30)
@given(st.integers(0, 255))
def test_each_bit_of_the_digest_counts(bit):
    digest = (int.from_bytes(DIGEST) ^ 1 << bit).to_bytes(32)
    assert verdict(releases.modulus(0), releases.sign(DATA), digest) is False
