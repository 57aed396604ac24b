"""HMAC-SHA256 (RFC 2104) of hashlib alone: no chip has the module `hmac`."""

import hashlib

BLOCK = 64  # of SHA-256


def pads(secret):
    """What HMAC puts before the two hashes, for a secret of at most one block."""
    secret += b"\0" * (BLOCK - len(secret))
    return bytes([each ^ 0x36 for each in secret]), bytes([each ^ 0x5C for each in secret])


def digest(inner, outer, message):
    """The 32 bytes for a message, from the two pads."""
    return hashlib.sha256(outer + hashlib.sha256(inner + message).digest()).digest()
