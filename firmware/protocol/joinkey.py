"""The key of a join code (PROTOCOL section 10)."""

from firmware.protocol import hmac

ROUNDS = 1000
SALT = b"twig join"


def key(code):
    """K, 32 bytes, of a code's 12 upper-case characters (`joincode.normalise`)."""
    *_, found = steps(code)
    return found


def steps(code):
    """PBKDF2-HMAC-SHA256, which takes a chip about a second: None after each round but the last, then K."""
    inner, outer = hmac.pads(code.encode())
    block = hmac.digest(inner, outer, SALT + b"\0\0\0\1")
    total = int.from_bytes(block, "big")
    for _ in range(ROUNDS - 1):
        yield None
        block = hmac.digest(inner, outer, block)
        total ^= int.from_bytes(block, "big")
    yield total.to_bytes(len(block), "big")
