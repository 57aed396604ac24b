"""A page's password, salted and stretched: PBKDF2-HMAC-SHA256 (RFC 8018). Loaded for that and forgotten.

Sealed it is "rounds$salt$hash", salt and hash in hexadecimal digits.
"""

from asyncio import sleep_ms
from binascii import hexlify, unhexlify
from os import urandom

from firmware.protocol import hmac

# An HMAC takes 0.6 to 2 ms at 80 MHz, so that many take 0.3 to 1 s: a person waits that long at a login.
ROUNDS = 500
TOGETHER = 10  # rounds, 20 ms, between two turns of the event loop
SALT_BYTES = 16


async def seal(text, rounds=ROUNDS):
    """What to store of a password of at most 64 bytes; takes up to a second and lets other tasks run."""
    salt = urandom(SALT_BYTES)
    key = await _stretch(text.encode(), salt, rounds)
    return "$".join((str(rounds), hexlify(salt).decode(), hexlify(key).decode()))


async def matches(text, sealed):
    """Whether it is that password; takes as long, whether it is or not."""
    try:
        rounds, salt, key = sealed.split("$")
        rounds, salt, key = int(rounds), unhexlify(salt), unhexlify(key)
    except ValueError:
        return False
    secret = text.encode()
    return len(secret) <= hmac.BLOCK and same(await _stretch(secret, salt, rounds), key)


def same(one, other):
    """Whether two byte strings are equal, in a time that does not tell where they differ."""
    difference = len(one) ^ len(other)
    for a, b in zip(one, other):
        difference |= a ^ b
    return not difference


async def _stretch(secret, salt, rounds):
    inner, outer = hmac.pads(secret)
    block = hmac.digest(inner, outer, salt + b"\0\0\0\1")
    total = int.from_bytes(block, "big")
    for done in range(1, rounds):
        if not done % TOGETHER:
            await sleep_ms(0)
        block = hmac.digest(inner, outer, block)
        total ^= int.from_bytes(block, "big")
    return total.to_bytes(len(block), "big")
