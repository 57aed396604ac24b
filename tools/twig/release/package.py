"""A release as one file, `NAME.twig`: signatures, manifest, image; docs/protocol.md, section 7.

What a reader has to check stands before what it checks, so that a device can take the file as it comes.
"""

import hashlib
import struct
from dataclasses import dataclass, replace
from pathlib import Path

from twig.hardware.chips import BLOCK
from twig.release import manifest as manifests
from twig.release.errors import BadRelease
from twig.release.manifest import Manifest
from twig.release.room import MOST_BLOCKS
from twig.release.trust import MODULUS_SIZE

SUFFIX = ".twig"
MAGIC = b"TWUP"
VERSION = 1
HEAD = struct.Struct("<4sBBHII")  # magic, version, number of signatures, zero, bytes of manifest and of image
SIGNED = struct.Struct("<32sH")  # whose it is, bytes of the signature
MOST_SIGNATURES = 2
LEAST_SIGNATURE = 256
# Bytes of the largest file.
LARGEST = HEAD.size + MOST_SIGNATURES * (SIGNED.size + MODULUS_SIZE) + manifests.LARGEST + MOST_BLOCKS * BLOCK


@dataclass(frozen=True)
class Signature:
    """`signer`: the 32 bytes of the key's fingerprint, a hint that proves nothing; `raw`: the signature."""

    signer: bytes
    raw: bytes


@dataclass(frozen=True)
class Package:
    """A release: the manifest's own bytes, what they say, the image, and who has signed."""

    raw: bytes
    manifest: Manifest
    image: bytes
    signatures: tuple[Signature, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest in hex: by it a hub and plugs name the release."""
        return hashlib.sha256(self.raw).hexdigest()

    def encode(self) -> bytes:
        """The file's content."""
        head = HEAD.pack(MAGIC, VERSION, len(self.signatures), 0, len(self.raw), len(self.image))
        signed = [SIGNED.pack(each.signer, len(each.raw)) + each.raw for each in self.signatures]
        return b"".join([head, *signed, self.raw, self.image])

    def signed(self, new: Signature) -> "Package":
        """The same with one more signature, in place of one by the same key. BadRelease for a third."""
        others = [each for each in self.signatures if each.signer != new.signer]
        if len(others) == MOST_SIGNATURES:
            raise BadRelease("The release has two signatures, which is the most. Build it again.")
        return replace(self, signatures=(*others, new))


def make(image: bytes, manifest: Manifest) -> Package:
    """A release that nobody has signed yet."""
    return Package(manifest.raw(), manifest, image)


def parse(content: bytes) -> Package:
    """What a file holds, all but the signatures checked; BadRelease names the part that is wrong."""
    if len(content) < HEAD.size or not content.startswith(MAGIC):
        raise BadRelease(
            f"This is no release: it does not begin with '{MAGIC.decode()}'. Name a {SUFFIX} file."
        )
    _, version, count, zero, manifest_size, image_size = HEAD.unpack_from(content)
    if version != VERSION:
        raise BadRelease(f"This release has the format {version}, and this twig reads {VERSION}: renew twig.")
    if zero or count > MOST_SIGNATURES:
        raise BadRelease("The head of the release is damaged. Copy it again.")
    signatures, at = _signatures(content, count)
    if len(content) != at + manifest_size + image_size:
        missing = "cut off" if len(content) < at + manifest_size + image_size else "longer than it says"
        raise BadRelease(f"The release is {missing}. Copy it again.")
    raw, image = content[at : at + manifest_size], content[at + manifest_size :]
    manifest = manifests.parse(raw)
    manifest.check(image)
    return Package(raw, manifest, image, signatures)


def _signatures(content: bytes, count: int) -> tuple[tuple[Signature, ...], int]:
    """The signatures, and the offset behind them."""
    found, at = [], HEAD.size
    for _ in range(count):
        if at + SIGNED.size > len(content):
            raise BadRelease("The release is cut off. Copy it again.")
        signer, size = SIGNED.unpack_from(content, at)
        at += SIGNED.size
        if not LEAST_SIGNATURE <= size <= MODULUS_SIZE:
            raise BadRelease(f"A signature of the release has {size} bytes: it is damaged. Copy it again.")
        found.append(Signature(signer, content[at : at + size]))
        at += size
    if len({each.signer for each in found}) < len(found):
        raise BadRelease("Both signatures of the release name the same key: it is damaged. Copy it again.")
    return tuple(found), at


def read(path: Path) -> Package:
    """The release in a file; BadRelease names file and part."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise BadRelease(f"Cannot read {path}: {error.strerror}.") from None
    try:
        return parse(content)
    except BadRelease as error:
        raise BadRelease(f"{path}: {error.text}") from None
