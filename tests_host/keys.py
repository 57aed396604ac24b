"""Public keys for tests, made at once: nobody has their private keys."""

import hashlib

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

BITS = 3072


def _modulus(number: int) -> int:
    raw = b"".join(hashlib.sha256(b"%d %d" % (number, part)).digest() for part in range(BITS // 256))
    return int.from_bytes(raw) | 1 << BITS - 1 | 1


MODULI = tuple(_modulus(number) for number in range(2))


def public(number: int) -> bytes:
    """The PEM file of one of them."""
    key = RSAPublicNumbers(65537, MODULI[number]).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
