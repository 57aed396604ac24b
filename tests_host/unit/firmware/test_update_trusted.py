"""The keys that a device trusts: read as the computer writes them, replaced by OfferKey, never lost."""

import asyncio
import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.storage import atomic
from firmware.update import key_link, new_key, pace, signature, trust_file, trusted
from firmware.update.errors import Refused
from tests_host import releases
from twig.release import trust
from twig.release.errors import ReleaseError
from twig.release.trust import Trust

ONE, TWO, NEW = (releases.modulus(number) for number in range(3))
SEQUENCE = 40
DATA = b"a manifest"
DIGEST = hashlib.sha256(DATA).digest()
REASON_MOST = 40  # bytes of a reason


def number(key):
    return int.from_bytes(key)


def install(*keys, serial=0, sequence=SEQUENCE):
    Path("trust").write_bytes(trust.encode(Trust(tuple(map(number, keys)), serial, sequence)))


def stored():
    return trust.parse(Path("trust").read_bytes())


@pytest.fixture(autouse=True)
def turns(monkeypatch):
    """The event loop has its turns without the fake clock; how many there were."""
    seen = []

    async def turn(milliseconds):
        seen.append(milliseconds)

    monkeypatch.setattr(pace, "sleep_ms", turn)
    monkeypatch.setattr(asyncio, "sleep_ms", turn)
    return seen


def offered(sequence, digest, signed):
    """Why it is refused; None when it may be taken."""
    keys, refusal = trusted.keys_for(sequence)
    return refusal or (None if asyncio.run(signature.run(keys, digest, signed)) else signature.BAD)


def test_read_as_the_computer_wrote_it():
    install(ONE, TWO, serial=0x01020304, sequence=0xA0B0C0D0)
    assert trust_file.head() == (2, 0x01020304, 0xA0B0C0D0)
    assert trust_file.load() == Path("trust").read_bytes()


def agreed(raw):
    """Whether the device takes a file exactly when the computer does."""
    Path("trust").write_bytes(raw)
    try:
        trust.parse(raw)
    except ReleaseError:
        return trust_file.load() == b""
    return trust_file.load() == raw


HEAD = b"\1\1\0\0" + bytes(8)
SHORT = bytes(128) + b"\x80" + bytes(254) + b"\1"
BROKEN = [
    b"",
    b"\1",
    HEAD,
    HEAD + ONE[:-1],
    HEAD + ONE + b"\0",
    HEAD + ONE + TWO,
    b"\1\2" + HEAD[2:] + ONE,
    b"\1\2" + HEAD[2:] + ONE + TWO,
    b"\1\2" + HEAD[2:] + ONE + TWO[:-1] + b"\0",
    b"\1\2" + HEAD[2:] + ONE + bytes(384),
    b"\1\0" + HEAD[2:],
    b"\1\3" + HEAD[2:] + ONE * 3,
    b"\0" + HEAD[1:] + ONE,
    b"\2" + HEAD[1:] + ONE,
    b"\1\1\1\0" + HEAD[4:] + ONE,
    b"\1\1\0\1" + HEAD[4:] + ONE,
    HEAD + bytes(384),
    HEAD + bytes(383) + b"\1",
    HEAD + SHORT,
    HEAD + bytes(128) + b"\x7f" + SHORT[129:],
    HEAD + bytes(127) + b"\1" + bytes(255) + b"\1",
    HEAD + bytes(129) + b"\xff" * 255,
    HEAD + ONE[:-1] + b"\2",
]


@pytest.mark.parametrize("raw", BROKEN)
def test_what_differs_from_the_layout_is_no_file(raw):
    assert agreed(raw)


@given(st.binary(max_size=16).map(lambda head: head + ONE) | st.binary(max_size=800))
def test_anything_else_is_no_file(raw):
    assert agreed(raw)


def test_without_a_file():
    assert trust_file.load() == b""
    assert offered(1, DIGEST, releases.sign(DATA)) == "no trusted key"
    trust_file.confirm(1)
    assert os.listdir() == []
    os.mkdir("trust")
    assert trust_file.load() == b""


def test_only_greater_sequences():
    install(ONE)
    for number in (0, 1, SEQUENCE):
        refusal = offered(number, DIGEST, releases.sign(DATA))
        assert refusal == "sequence not greater than 40"
        assert len(refusal) <= REASON_MOST
    assert offered(SEQUENCE + 1, DIGEST, releases.sign(DATA)) is None


def test_a_confirmed_sequence_only_grows():
    install(ONE, TWO, serial=3)
    for confirmed, expected in ((41, 41), (40, 41), (1 << 31, 1 << 31), (0, 1 << 31)):
        trust_file.confirm(confirmed)
        assert stored() == Trust((number(ONE), number(TWO)), 3, expected)


@pytest.mark.parametrize("signer", [0, 1])
def test_either_key_may_sign(signer, turns):
    install(ONE, TWO)
    assert offered(41, DIGEST, releases.sign(DATA, signer)) is None
    assert len(turns) > 160  # it pauses after each limb of each multiplication


def test_a_signature_of_nobody():
    install(ONE, TWO)
    other = releases.sign(DATA + b"?")
    for signed in (releases.sign(DATA, 2), other, b"", bytes(384), b"\xff" * 384, releases.sign(DATA)[:-1]):
        assert offered(41, DIGEST, signed) == "bad signature"


def take(link, signer=0):
    return asyncio.run(new_key.take(link, releases.sign(link, signer)))


@pytest.mark.parametrize(("index", "signer"), [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_a_key_is_replaced(index, signer):
    install(ONE, TWO, serial=3)
    assert take(releases.link(index, NEW, 4), signer) is True
    keys = [ONE, TWO]
    keys[index] = NEW
    assert stored() == Trust(tuple(map(number, keys)), 4, SEQUENCE)
    assert os.listdir() == ["trust"]


def test_links_in_a_row_and_the_last_one_again():
    install(ONE)
    first, second = releases.link(0, TWO, 1), releases.link(0, NEW, 5)
    assert take(first, 0) is True
    with pytest.raises(Refused, match="bad signature"):
        take(second, 0)  # the old key is gone
    assert take(second, 1) is True
    assert take(second, 1) is False  # the hub has not heard that it was taken
    with pytest.raises(Refused, match="not greater than 5"):
        take(first, 0)
    assert stored() == Trust((number(NEW),), 5, SEQUENCE)


def test_the_same_key_again_counts_by_its_serial():
    install(ONE, serial=3)
    with pytest.raises(Refused, match="not greater than 3"):
        take(releases.link(0, ONE, 2))
    assert take(releases.link(0, ONE, 4)) is True
    assert stored() == Trust((number(ONE),), 4, SEQUENCE)


def test_a_shorter_key():
    install(ONE)
    short = releases.modulus(0, 2048)
    assert take(releases.link(0, short, 1)) is True
    assert stored().moduli == (number(short),)


HEX = NEW.hex()


def text(index="0", key=HEX, serial="4"):
    return f'{{"index":{index},"key":"{key}","serial":{serial}}}'.encode()


GOOD = text()
FORMS = [
    b"",
    b"{}",
    b"null",
    GOOD[:-1],
    GOOD + b"\n",
    b" " + GOOD,
    GOOD.replace(b":", b": "),
    GOOD.replace(b",", b", "),
    text(index="00"),
    text(index="-1"),
    text(index="0.0"),
    text(index='"0"'),
    text(index="true"),
    text(index=""),
    text(key=HEX.upper()),
    text(key="0" + HEX),
    text(key="00" + HEX),
    text(key=HEX[:-1]),
    text(key="00" + HEX[2:]),
    text(key=HEX + "01"),
    text(key=HEX[:-1] + "g"),
    text(key=HEX[:-1] + "é"),
    text(key=HEX[:-2] + "\\u0031"),
    text(key="+" + HEX[1:]),
    text(key=HEX[:10] + "_" + HEX[11:]),
    text(serial="04"),
    text(serial="+4"),
    text(serial="4 "),
    text(serial="1_0"),
    text(serial="4.0"),
    text(serial="4e0"),
    text(serial="0"),
    text(serial="-4"),
    text(serial="4294967296"),
    text(serial="9" * 700),
    text(serial='4,"x":1'),
    GOOD.replace(b"serial", b"Serial"),
    releases.canonical({"index": 0, "serial": 4}),
    b'{"serial":4,"index":0,"key":"' + HEX.encode() + b'"}',
    b"\xff" * 800,
    GOOD[:-2] + b"\xff}",
]


@pytest.mark.parametrize("link", FORMS)
def test_only_the_canonical_form(link):
    install(ONE)
    before = Path("trust").read_bytes()
    with pytest.raises(Refused, match=key_link.BAD):
        take(link)
    assert Path("trust").read_bytes() == before


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        (text(index="1"), "no key 1"),
        (text(index="9"), "no key 9"),
        (text(key=HEX[:-1] + "0"), "cannot be used"),
        (text(key=""), "cannot be used"),
        (text(key="03"), "cannot be used"),
        (text(key="f" * 510), "cannot be used"),
        (text(serial="3"), "not greater than 3"),
        (text(serial="2"), "not greater than 3"),
    ],
)
def test_refused_by_name(link, reason):
    install(ONE, serial=3)
    with pytest.raises(Refused, match=reason) as refusal:
        take(link)
    assert len(str(refusal.value)) <= REASON_MOST
    assert stored() == Trust((number(ONE),), 3, SEQUENCE)


def test_the_right_form_is_taken():
    install(ONE, serial=3)
    assert take(GOOD) is True


def test_a_link_signed_by_the_new_key_alone_or_changed_on_the_way():
    install(ONE, TWO)
    link = releases.link(1, NEW, 1)
    with pytest.raises(Refused, match="bad signature"):
        take(link, 2)
    with pytest.raises(Refused, match="bad signature"):
        asyncio.run(new_key.take(releases.link(0, NEW, 1), releases.sign(link)))
    assert stored() == Trust((number(ONE), number(TWO)), 0, SEQUENCE)


def test_without_trust_no_link():
    with pytest.raises(Refused, match="no trusted key"):
        take(GOOD)
    assert os.listdir() == []


def test_a_full_flash_keeps_the_old_file(monkeypatch):
    install(ONE)

    def full(path, data):
        raise OSError(28)

    monkeypatch.setattr(atomic, "write", full)
    with pytest.raises(OSError, match="28"):
        take(releases.link(0, NEW, 1))
    assert stored() == Trust((number(ONE),), 0, SEQUENCE)
