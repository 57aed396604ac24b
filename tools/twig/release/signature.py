"""RSASSA-PKCS1-v1_5 with SHA-256 over the bytes of a manifest (protocol, section 7)."""

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from twig.release import trust
from twig.release.errors import BadSignature
from twig.release.signers import EXPONENT

DAMAGED = "The signature is damaged, or not by the key that it names. Sign the release again."


def sign(key: RSAPrivateKey, manifest: bytes) -> bytes:
    """The signature, as long as the key's modulus; the same for the same manifest and key."""
    return key.sign(manifest, PKCS1v15(), SHA256())


def check(modulus: int, manifest: bytes, signature: bytes) -> None:
    """BadSignature when the owner of that key has not signed exactly this; says which of the two is wrong."""
    try:
        key = RSAPublicNumbers(EXPONENT, modulus).public_key()
        signed = key.recover_data_from_signature(signature, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        raise BadSignature(DAMAGED) from None
    if signed != hashlib.sha256(manifest).digest():
        raise BadSignature(
            "The manifest was changed after it was signed. Build the release again and sign it."
        )


def name(modulus: int) -> bytes:
    """The 32 bytes by which a release says whose signature one is: those of `trust.fingerprint`."""
    return hashlib.sha256(modulus.to_bytes(trust.MODULUS_SIZE)).digest()
