"""The file `trust`: whose signatures a device takes for an update; docs/device.md has its frozen layout."""

import hashlib
import struct
from dataclasses import dataclass

from twig.release.errors import ReleaseError

NAME = "trust"
VERSION = 1
MOST_KEYS = 2
HEAD = struct.Struct("<BBHII")  # version, number of keys, zero, serial, sequence
MODULUS_SIZE = 384
# A device verifies with these and exponent 65537; `twig flash` writes keys of the most bits only.
LEAST_BITS, MOST_BITS = 2048, 8 * MODULUS_SIZE


@dataclass(frozen=True)
class Trust:
    """`moduli`: of the keys, in their order; `serial`: of the newest OfferKey taken; `sequence`: the highest
    of a confirmed update. Both are 0 in a plug that was just flashed."""

    moduli: tuple[int, ...]
    serial: int = 0
    sequence: int = 0


def encode(trust: Trust) -> bytes:
    """The file's content; ReleaseError for what no device would take."""
    _check(trust)
    head = HEAD.pack(VERSION, len(trust.moduli), 0, trust.serial, trust.sequence)
    return head + b"".join(map(_raw, trust.moduli))


def parse(raw: bytes) -> Trust:
    """What a file says; ReleaseError where it is not as the layout wants it."""
    if len(raw) < HEAD.size:
        raise _bad("it is cut off")
    version, count, zero, serial, sequence = HEAD.unpack_from(raw)
    if version != VERSION or zero:
        raise _bad(f"version {version} is not known here" if version != VERSION else "byte 2 or 3 is not 0")
    if len(raw) != HEAD.size + count * MODULUS_SIZE:
        raise _bad(f"{len(raw)} bytes are not a head and {count} keys")
    places = range(HEAD.size, len(raw), MODULUS_SIZE)
    found = Trust(tuple(int.from_bytes(raw[at : at + MODULUS_SIZE]) for at in places), serial, sequence)
    _check(found)
    return found


def fingerprint(modulus: int) -> str:
    """What people compare: SHA-256 over the modulus as it lies in the file, in 16 groups of 4 hex digits."""
    return grouped(hashlib.sha256(_raw(modulus)).hexdigest())


def grouped(digits: str) -> str:
    """The digits of a fingerprint as people compare them."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def _raw(modulus: int) -> bytes:
    return modulus.to_bytes(MODULUS_SIZE)


def _check(trust: Trust) -> None:
    if not 1 <= len(trust.moduli) <= MOST_KEYS:
        raise _bad(f"it has {len(trust.moduli)} keys, not one or two")
    for number in (trust.serial, trust.sequence):
        if not 0 <= number < 1 << 32:
            raise _bad(f"{number} does not fit into 4 bytes")
    for modulus in trust.moduli:
        if modulus < 0 or not LEAST_BITS <= modulus.bit_length() <= MOST_BITS or modulus % 2 == 0:
            raise _bad(f"a key of {modulus.bit_length()} bits cannot be used")


def _bad(why: str) -> ReleaseError:
    return ReleaseError(
        f"This is no usable file '{NAME}': {why}. Make one with 'twig flash --trust KEY.pub'."
    )
