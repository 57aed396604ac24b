"""The joining key of a join code, and its identity (PROTOCOL section 10)."""

from binascii import hexlify

from firmware.protocol import hmac
from firmware.protocol.joincode import normalise

ROUNDS = 1000
SALT = b"twig join"


def key(text):
    """K, 32 bytes, of a code as typed: PBKDF2-HMAC-SHA256 of 1,000 rounds. Takes about a second on a chip."""
    inner, outer = hmac.pads(normalise(text).encode())
    block = hmac.digest(inner, outer, SALT + b"\0\0\0\1")
    total = int.from_bytes(block, "big")
    for _ in range(ROUNDS - 1):
        block = hmac.digest(inner, outer, block)
        total ^= int.from_bytes(block, "big")
    return total.to_bytes(len(block), "big")


def identity(key):
    """The PSK identity of K: `j:` and 16 hex digits."""
    inner, outer = hmac.pads(key)
    return "j:" + hexlify(hmac.digest(inner, outer, b"identity")[:8]).decode()
