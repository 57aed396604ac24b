"""The access point's name server, byte by byte."""

import pytest

from firmware.portal.dns import QUERY_MAX, TTL_S, answer

ADDRESS = bytes([4, 3, 2, 1])
A, NS, PTR, AAAA, OPT, HTTPS, ANY = 1, 2, 12, 28, 41, 65, 255
HEADER = 12


def name(text):
    return b"".join(bytes([len(part)]) + part.encode() for part in text.split(".") if part) + b"\0"


def query(kind=A, host="captive.apple.com", flags=b"\x01\x00", counts=(1, 0, 0, 0), more=b"", cls=1):
    numbers = b"".join(count.to_bytes(2, "big") for count in counts)
    question = name(host) + kind.to_bytes(2, "big") + cls.to_bytes(2, "big")
    return b"\x12\x34" + flags + numbers + question + more


def edns(size=1232):
    return b"\0" + OPT.to_bytes(2, "big") + size.to_bytes(2, "big") + bytes(6)


def counts(response):
    return [int.from_bytes(response[at : at + 2], "big") for at in (4, 6, 8, 10)]


def test_a_gets_the_plug():
    asked = query()
    response = answer(asked, ADDRESS)
    assert response[:4] == b"\x12\x34\x85\x80"
    assert counts(response) == [1, 1, 0, 0]
    assert response[HEADER : len(asked)] == asked[HEADER:]
    assert response[len(asked) :] == b"\xc0\x0c\0\x01\0\x01" + TTL_S.to_bytes(4, "big") + b"\0\x04" + ADDRESS


def test_recursion_is_answered_as_it_was_desired():
    assert answer(query(flags=b"\0\0"), ADDRESS)[2] == 0x84


@pytest.mark.parametrize("kind", [AAAA, HTTPS, NS, PTR])
def test_other_types_exist_without_an_answer(kind):
    asked = query(kind)
    response = answer(asked, ADDRESS)
    assert response[3] & 15 == 0, "NoError: NXDOMAIN would say that there is no A either"
    assert counts(response) == [1, 0, 0, 0]
    assert response[HEADER:] == asked[HEADER:]


def test_any_type_is_an_address():
    assert answer(query(ANY), ADDRESS).endswith(ADDRESS)


def test_chaos_is_not_the_internet():
    assert counts(answer(query(cls=3), ADDRESS)) == [1, 0, 0, 0]


@pytest.mark.parametrize("kind", [A, HTTPS])
def test_edns_is_left_out_of_the_answer(kind):
    with_it = answer(query(kind, counts=(1, 0, 0, 1), more=edns()), ADDRESS)
    assert with_it == answer(query(kind), ADDRESS)
    assert counts(with_it)[3] == 0


def test_the_root_has_a_name():
    assert answer(query(host=""), ADDRESS).endswith(ADDRESS)


def test_the_longest_name():
    host = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 61])
    assert answer(query(host=host), ADDRESS).endswith(ADDRESS)


def test_updates_and_notifications_are_not_implemented():
    response = answer(query(flags=b"\x28\0"), ADDRESS)
    assert (response[3] & 15, counts(response)) == (4, [0, 0, 0, 0])


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"\x12\x34",
        query()[:HEADER],
        query()[:-1],
        query()[: HEADER + 5],
        query(counts=(0, 0, 0, 0)),
        query(counts=(2, 0, 0, 0)),
        query(flags=b"\x81\x80"),  # a response: answering it would never end
        b"\x12\x34\x01\0\0\x01" + bytes(6) + b"\xc0\x0c\0\x01\0\x01",  # a pointer to itself
        b"\x12\x34\x01\0\0\x01" + bytes(6) + b"\x3f" + b"a" * 20,
        b"\x12\x34\x01\0\0\x01" + bytes(6) + (b"\x3f" + b"a" * 63) * 5 + b"\0\0\x01\0\x01",  # over 255 bytes
    ],
)
def test_what_is_no_query_is_ignored(bad):
    assert answer(bad, ADDRESS) == b""


def test_an_answer_is_never_much_longer_than_its_query():
    longest = query(host=".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 61]))
    assert len(answer(longest, ADDRESS)) - len(longest) == 16
    assert len(longest) < QUERY_MAX
