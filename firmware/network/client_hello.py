"""ClientHello (RFC 8446, section 4.1.2): TLS 1.3, psk_ke, TLS_AES_128_CCM_SHA256. Loaded and forgotten."""

from os import urandom

from firmware.network import hkdf
from firmware.network.records import HANDSHAKE, HEAD

CLIENT_HELLO = 1
# Extensions: TLS 1.3 alone, psk_ke alone, the key.
OFFER = b"\0\x2b\0\3\2\3\4\0\x2d\0\2\1\0\0\x29"
BINDERS = b"\0\x21\x20"  # one, of 32 bytes
BINDERS_SIZE = 35
HASH = 32
SUITE = b"\x13\x04"  # TLS_AES_128_CCM_SHA256


def of(identity, key):
    """(record, a bytearray; the early secret), for an identity in ASCII and its 32 bytes of key."""
    record = _record(identity)
    early = hkdf.mac(bytes(HASH), key)
    hello = memoryview(record)[HEAD:-BINDERS_SIZE]
    record[-HASH:] = hkdf.finished(hkdf.derive(early, b"ext binder", ()), (hello,))
    return record, early


def _record(identity):
    """All but the binder, its last 32 bytes."""
    size = len(identity)
    hello = b"\x03\x03" + urandom(32) + b"\0\0\2" + SUITE + b"\1\0" + _number(size + 60) + OFFER
    hello += _number(size + 43) + _number(size + 6) + _number(size) + identity.encode() + bytes(4) + BINDERS
    length = len(hello) + HASH
    head = bytes((HANDSHAKE, 3, 3)) + _number(length + 4) + bytes((CLIENT_HELLO, 0)) + _number(length)
    return bytearray(head + hello + bytes(HASH))


def _number(value):
    return value.to_bytes(2, "big")
