"""TLS 1.3 with a key that both sides have (RFC 8446): a client's psk_ke with TLS_AES_128_CCM_SHA256.

Loaded for one handshake and forgotten: what stays is `network.records`.
"""

from os import urandom

from firmware.network import hkdf
from firmware.network.records import ALERT, DECODE, HANDSHAKE, NO_PLACE, UNEXPECTED
from firmware.network.wait import readable

# Messages.
CLIENT_HELLO = 1
SERVER_HELLO = 2
EXTENSIONS = 8
FINISHED = 20
# Alerts.
ILLEGAL = 47
DECRYPT = 51
VERSION = 70
NO_EXTENSION = 109
# What is wrong: texts of `network.alerts`.
OTHER_KEY = 7
OLD_TLS = 8
OTHER_CIPHER = 9
NOT_ALONE = 10
BAD_HELLO = 11
CLOSED = 12
OTHER_MESSAGE = 13
BEHIND = 14
LONG_MESSAGE = 15
HEAD = 4  # bytes of a message's kind and length
FLIGHT_MOST = 512  # a server that has only a shared key has little to say
HASH = 32
BINDERS = 35  # bytes behind what the binder covers
ZERO = bytes(HASH)
# Extensions: TLS 1.3 alone, psk_ke alone; and what a server answers.
OFFER = b"\0\x2b\0\3\2\3\4\0\x2d\0\2\1\0\0\x29"
VERSION_CHOSEN = b"\0\x2b\0\2\3\4"
KEY_CHOSEN = b"\0\x29\0\2\0\0"
SUITE = b"\x13\x04\0"  # and no compression


async def run(records, identity, key):
    """Protect `records`; return once the server has proved that it has the 32 bytes of key, too.

    `identity`: ASCII. TlsError says what else happened. Waits as long as the server likes: the caller counts.
    """
    early = hkdf.mac(ZERO, key)
    said = [_hello(identity.encode(), hkdf.derive(early, b"ext binder", ()))]
    records.write(HANDSHAKE, said[0])
    said.append(_checked(records, await _message(records, SERVER_HELLO)))
    secret = _next(early)
    await _finish(records, said, secret)
    records.writes = None  # a cipher is large, and four of them at once would not fit
    secret = _next(secret)
    records.reads = _keys(records, hkdf.derive(secret, b"s ap traffic", said))
    records.writes = _keys(records, hkdf.derive(secret, b"c ap traffic", said))


async def _finish(records, said, secret):
    """Both sides prove what they have; `said` has all messages up to the server's Finished then."""
    ours, theirs = hkdf.derive(secret, b"c hs traffic", said), hkdf.derive(secret, b"s hs traffic", said)
    records.reads = _keys(records, theirs)
    said.append(await _message(records, EXTENSIONS))
    proof = hkdf.finished(theirs, said)
    finished = await _message(records, FINISHED)
    if finished[HEAD:] != proof:
        records.fail(DECRYPT, OTHER_KEY)
    said.append(finished)
    records.reads = None
    records.writes = _keys(records, ours)
    records.write(HANDSHAKE, bytes((FINISHED, 0, 0, HASH)) + hkdf.finished(ours, said))


def _next(secret):
    """The next secret of the key schedule; where others exchange keys, psk_ke has zeros."""
    return hkdf.mac(hkdf.derive(secret, b"derived", ()), ZERO)


def _hello(identity, binder_key):
    """ClientHello; its last 32 bytes prove that we have the key."""
    size = len(identity)
    hello = b"\x03\x03" + urandom(32) + b"\0\0\2" + SUITE[:2] + b"\1\0" + _number(size + 60) + OFFER
    hello += _number(size + 43) + _number(size + 6) + _number(size) + identity + bytes(4)
    hello = bytes((CLIENT_HELLO, 0)) + _number(len(hello) + BINDERS) + hello
    return hello + b"\0\x21\x20" + hkdf.finished(binder_key, (hello,))


def _number(value):
    return value.to_bytes(2, "big")


def _checked(records, message):
    """The ServerHello; TlsError where it takes anything else than what was offered."""
    body = message[HEAD:]
    chosen = body[40:]
    if VERSION_CHOSEN not in (chosen[:6], chosen[6:]):
        records.fail(VERSION, OLD_TLS)
    if body[35:38] != SUITE:
        records.fail(ILLEGAL, OTHER_CIPHER)
    if KEY_CHOSEN not in (chosen[:6], chosen[6:]) or len(chosen) != len(VERSION_CHOSEN + KEY_CHOSEN):
        records.fail(NO_EXTENSION, NOT_ALONE)
    if body[:2] != b"\x03\x03" or body[34] or body[38:40] != b"\0\x0c":
        records.fail(DECODE, BAD_HELLO)
    return message


def _keys(records, secret):
    return records.keys(secret, *hkdf.keys(secret))


async def _message(records, kind):
    """The next message of the flight, whole and of this kind."""
    while not _whole(records):
        await readable(records.sock)
        found = records.record()
        if found == ALERT:
            records.alert()
            records.end(CLOSED)
        if found is not None:
            if found != HANDSHAKE:
                records.fail(UNEXPECTED, NO_PLACE)
            records.flight += bytes(records.content())
    end = _whole(records)
    message, records.flight = records.flight[:end], records.flight[end:]
    if message[0] != kind:
        records.fail(UNEXPECTED, OTHER_MESSAGE)
    if records.flight and kind != EXTENSIONS:  # what follows has other keys
        records.fail(UNEXPECTED, BEHIND)
    return message


def _whole(records):
    """Where the first message ends, 0 when it is not whole."""
    flight = records.flight
    if len(flight) < HEAD:
        return 0
    end = HEAD + int.from_bytes(flight[1:HEAD], "big")
    if end > FLIGHT_MOST:
        records.fail(DECODE, LONG_MESSAGE)
    return end if len(flight) >= end else 0
