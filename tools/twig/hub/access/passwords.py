"""Passwords: made at random, hashed by scrypt, compared in constant time."""

import hmac
import os
import secrets
from base64 import b64decode, b64encode
from unicodedata import normalize

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from twig.hub.errors import BadPassword

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # no l, o, 0 or 1, which people take for each other
GROUPS, GROUP = 4, 4  # 16 characters of 5 bits: 80 bits
SHORTEST = 10  # characters; what NIST asks for is 8, and here a relay depends on it
LONGEST = 256
# OWASP's figures for 32 MiB: a hub may run on a computer of 512 MiB. About 0.2 s. Each hash names its own.
COST, BLOCK, LANES = 15, 8, 3
SALT = KEY = 16


def make() -> str:
    """A new random password that can be typed, such as k7dm-3x9q-wwha-52ge."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def check(password: str) -> str:
    """The password, when it may be one; BadPassword."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadPassword(f"A password has {SHORTEST} to {LONGEST} characters; choose another.")
    return password


def hashed(password: str) -> str:
    """What is kept of a password: scrypt$cost$block$lanes$salt$key. Takes 0.2 s and 32 MiB."""
    salt = os.urandom(SALT)
    parts = (COST, BLOCK, LANES, _text(salt), _text(_derive(password, salt, COST, BLOCK, LANES)))
    return "$".join(map(str, ("scrypt", *parts)))


def fits(password: str, kept: str) -> bool:
    """Whether a password is the one of which `kept` is left."""
    _, cost, block, lanes, salt, key = kept.split("$")
    found = _derive(password, b64decode(salt), int(cost), int(block), int(lanes))
    return hmac.compare_digest(found, b64decode(key))


def _derive(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    # A phone and a computer may write the same ü in two ways.
    plain = normalize("NFC", password).encode("utf-8", "replace")
    return Scrypt(salt=salt, length=KEY, n=1 << cost, r=block, p=lanes).derive(plain)


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()


# Stands for the user who does not exist: it takes the same time, and nothing fits it but by chance.
NOBODY = f"scrypt${COST}${BLOCK}${LANES}${_text(os.urandom(SALT))}${_text(os.urandom(KEY))}"
