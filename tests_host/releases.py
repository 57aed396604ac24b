"""Signed releases for tests, made from PROTOCOL.md section 7 alone, and keys to sign them with."""

import hashlib
import json
import struct
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from twig.release import slot

BOARD = "s26"
VERSION = "1.2.3"
SEQUENCE = 7
DIRECTORY, FILE = 4, 5


@cache
def key(number: int, bits: int = 3072) -> rsa.RSAPrivateKey:
    """One of several keys, made when it is wanted first."""
    return rsa.generate_private_key(65537, bits)


def modulus(number: int, bits: int = 3072) -> bytes:
    """As it lies in `trust`: 384 bytes."""
    return key(number, bits).public_key().public_numbers().n.to_bytes(384)


def sign(data: bytes, number: int = 0, bits: int = 3072) -> bytes:
    """RSASSA-PKCS1-v1_5 with SHA-256."""
    return key(number, bits).sign(data, padding.PKCS1v15(), hashes.SHA256())


def canonical(value: Any) -> bytes:
    """Sorted keys, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def link(index: int, new: bytes, serial: int) -> bytes:
    """OfferKey's, for the 384 bytes of a modulus."""
    return canonical({"index": index, "key": new.lstrip(b"\0").hex(), "serial": serial})


def members(count: int, version: int = 0, size: int = 700) -> dict[str, bytes]:
    """Files for an image: each third differs from version to version, some lie in folders, one is empty."""
    found = {"empty.mpy": b""}
    for number in range(count):
        seed = f"{number} {version if number % 3 == 1 else 0}"
        name = f"m{number}.mpy" if number % 4 else f"package{number % 3}/m{number}.mpy"
        found[name] = content(seed, size + number * 37 % size)
    return found


def content(seed: str, size: int) -> bytes:
    """Bytes that no two seeds share."""
    blocks = (hashlib.sha256(f"{seed} {at}".encode()).digest() for at in range(0, size, 32))
    return b"".join(blocks)[:size]


def image(files: Mapping[str, bytes]) -> bytes:
    """A slot's."""
    return slot.pack(files)


def cut(whole: bytes) -> list[bytes]:
    """The segments of an image, by the rule of the release tool."""
    ends = list(_ends(whole, *_payload(whole, 0)[1:]))
    ends = [*ends[:-1], len(whole)]
    return [whole[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]


def _ends(data: bytes, at: int, end: int) -> Iterator[int]:
    while at < end:
        kind, inside, at = _payload(data, at)
        if kind == FILE:
            yield at
        elif kind == DIRECTORY:
            name, inside = _uint(data, inside)
            yield from _ends(data, inside + name, at)


def _payload(data: bytes, at: int) -> tuple[int, int, int]:
    kind, at = _uint(data, at)
    length, at = _uint(data, at)
    return kind, at, at + length


def _uint(data: bytes, at: int) -> tuple[int, int]:
    value = data[at] & 127
    while data[at] & 128:
        at += 1
        value = value << 7 | data[at] & 127
    return value, at + 1


def described(whole: bytes, **changes: Any) -> dict[str, Any]:
    """What the manifest of an image says."""
    found = {
        "version": VERSION,
        "sequence": SEQUENCE,
        "boards": ["basic_r2", BOARD],
        "min_micropython": "1.25.0",
        "image": {"size": len(whole), "sha256": hashlib.sha256(whole).hexdigest()},
        "segments": [[len(part), hashlib.sha256(part).hexdigest()] for part in cut(whole)],
    }
    return {**found, **changes}


def listed(whole: bytes, raw: bytes = b"") -> bytes:
    """The file `manifest` of a device that has checked the manifest of an image."""
    key = hashlib.sha256(raw or manifest(whole)).digest() + struct.pack("<I", SEQUENCE) + VERSION.encode()
    parts = [whole, *cut(whole)]
    rows = [struct.pack("<I", len(part)) + hashlib.sha256(part).digest() for part in parts]
    return hashlib.sha256(key).digest() + b"".join(rows)


def manifest(whole: bytes, **changes: Any) -> bytes:
    """The manifest of an image."""
    return canonical(described(whole, **changes))
