"""HMAC-SHA256 (RFC 2104) of hashlib alone: no chip has the module `hmac`."""

from hashlib import sha256

BLOCK = 64  # of SHA-256


def pads(secret):
    """What HMAC puts before the two hashes, for a secret of at most one block.

    As long integers: a list of the bytes would be a larger piece than a chip's heap may have left.
    """
    number = int.from_bytes(secret + b"\0" * (BLOCK - len(secret)), "big")
    inner = (number ^ int.from_bytes(b"\x36" * BLOCK, "big")).to_bytes(BLOCK, "big")
    return inner, (number ^ int.from_bytes(b"\x5c" * BLOCK, "big")).to_bytes(BLOCK, "big")


def digest(inner, outer, message):
    """The 32 bytes for a message, from the two pads."""
    return hashed((outer, hashed((inner, message))))


def hashed(pieces):
    """SHA-256 of the pieces one after the other: a chip's heap may have no room for all in one."""
    found = sha256()
    for piece in pieces:
        found.update(piece)
    return found.digest()
