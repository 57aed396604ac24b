"""ClientHello and ServerHello for `network.psk` (RFC 8446, section 4.1). Loaded for each and forgotten."""

from os import urandom

from firmware.network.alerts import BAD_HELLO, NOT_ALONE, OLD_TLS, OTHER_CIPHER
from firmware.network.records import DECODE

CLIENT_HELLO = 1
# Alerts.
ILLEGAL = 47
VERSION = 70
NO_EXTENSION = 109
HEAD = 4  # bytes of a message's kind and length
BINDERS = 35  # bytes behind what the binder covers
# Extensions: TLS 1.3 alone, psk_ke alone; and what a server answers.
OFFER = b"\0\x2b\0\3\2\3\4\0\x2d\0\2\1\0\0\x29"
VERSION_CHOSEN = b"\0\x2b\0\2\3\4"
KEY_CHOSEN = b"\0\x29\0\2\0\0"
SUITE = b"\x13\x04\0"  # and no compression


def of_client(identity, prove):
    """The message; its last 32 bytes prove that we have the key: `prove` makes them of what is before."""
    size = len(identity)
    hello = b"\x03\x03" + urandom(32) + b"\0\0\2" + SUITE[:2] + b"\1\0" + _number(size + 60) + OFFER
    hello += _number(size + 43) + _number(size + 6) + _number(size) + identity + bytes(4)
    hello = bytes((CLIENT_HELLO, 0)) + _number(len(hello) + BINDERS) + hello
    return hello + b"\0\x21\x20" + prove((hello,))


def _number(value):
    return value.to_bytes(2, "big")


def of_server(records, message):
    """Fail where it takes anything else than what was offered."""
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
