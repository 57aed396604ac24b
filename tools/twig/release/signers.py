"""Reads the public keys of those who may sign updates: RSA of 3,072 bits, in PEM."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from twig.release import trust
from twig.release.errors import BadKey

BITS = 3072
EXPONENT = 65537
LARGEST = 1 << 16  # bytes; a key has 625
BEGIN, PRIVATE, PUBLIC = b"-----BEGIN ", b"PRIVATE KEY-----", b"-----BEGIN PUBLIC KEY-----"
MAKE = "docs/flashing.md says how to make one"


@dataclass(frozen=True)
class Signer:
    """A key that may sign, and the file that it came from."""

    path: Path
    modulus: int

    @property
    def fingerprint(self) -> str:
        """As `trust.fingerprint`."""
        return trust.fingerprint(self.modulus)


def load(paths: Sequence[Path]) -> tuple[Signer, ...]:
    """The keys of these files, in their order; BadKey says which one cannot be used, and what to do."""
    if len(paths) > trust.MOST_KEYS:
        raise BadKey(
            f"A plug trusts at most two keys, and {len(paths)} are given. Say --trust once or twice."
        )
    found = tuple(Signer(path, modulus(path, read(path))) for path in paths)
    if len({each.modulus for each in found}) < len(found):
        raise BadKey(f"{paths[0]} and {paths[1]} hold the same key. Leave one of them out.")
    return found


def modulus(path: Path | str, content: bytes) -> int:
    """The number of the public key in a file's content; BadKey calls the file by `path`."""
    _check(path, content)
    key = _key(path, content)
    if not isinstance(key, RSAPublicKey):
        raise BadKey(f"{path} holds no RSA key, and a plug can verify no other; {MAKE}.")
    if key.key_size != BITS:
        raise BadKey(f"{path} holds a key of {key.key_size:,} bits, not {BITS:,}; {MAKE}.")
    numbers = key.public_numbers()
    if numbers.e != EXPONENT:
        raise BadKey(f"{path} has the exponent {numbers.e}, not {EXPONENT}; {MAKE}.")
    return numbers.n


def read(path: Path) -> bytes:
    """What a key's file holds, up to LARGEST bytes; BadKey where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST)
    except OSError as error:
        raise BadKey(f"Cannot read {path}: {error.strerror}.") from None


def _check(path: Path | str, content: bytes) -> None:
    if PRIVATE in content:
        raise BadKey(
            f"{path} holds a private key, which no plug may get. Give the public one: "
            f"'openssl pkey -in {path} -pubout -out KEY.pub' makes it."
        )
    if PUBLIC not in content:
        raise BadKey(f"{path} holds no public key in PEM ('{PUBLIC.decode()}'); {MAKE}.")
    if content.count(BEGIN) > 1:
        raise BadKey(f"{path} holds more than one key. Give each a file of its own, and --trust for each.")


def _key(path: Path | str, pem: bytes) -> object:
    try:
        return load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise BadKey(f"{path} is damaged: no key can be read from it. Copy it again, or {MAKE}.") from None
