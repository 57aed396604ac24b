"""HMAC-SHA256 (RFC 2104) of hashlib alone: no chip has the module `hmac`."""

import hashlib

BLOCK = 64  # of SHA-256


def pads(secret):
    """What HMAC puts before the two hashes, for a secret of at most one block."""
    number = int.from_bytes(secret + b"\0" * (BLOCK - len(secret)), "big")
    return _pad(number, b"\x36"), _pad(number, b"\x5c")


def _pad(number, byte):
    """As long integers: a list of the bytes would be a larger piece than a chip's heap may have left."""
    return (number ^ int.from_bytes(byte * BLOCK, "big")).to_bytes(BLOCK, "big")


def digest(inner, outer, message):
    """The 32 bytes for a message, from the two pads."""
    return hashlib.sha256(outer + hashlib.sha256(inner + message).digest()).digest()
