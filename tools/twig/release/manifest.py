"""The manifest of a release: canonical JSON, whose bytes are what is signed (protocol, section 7)."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from twig.hardware.chips import BLOCK
from twig.release.errors import BadManifest, BadRelease
from twig.release.room import MOST_BLOCKS, blocks
from twig.release.segments import Segment, cut

LARGEST = 16_384  # bytes; one of 200 members has as many
MICROPYTHON = "1.25.0"  # the oldest that the firmware is tested with
MOST_SEQUENCE = (1 << 32) - 1
# https://semver.org, its own expression without names; a report's string takes 64 bytes of it with ease.
_WORD = r"(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)"
_PLAIN = r"(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)"
SEMVER = re.compile(rf"{_PLAIN}(?:-{_WORD}(?:\.{_WORD})*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?", re.A)
PLAIN = re.compile(_PLAIN, re.A)
BOARD = re.compile(r"[a-z0-9_]{1,32}", re.A)
DIGEST = re.compile(r"[0-9a-f]{64}", re.A)
MOST_VERSION = 64
MOST_BOARDS = 16


@dataclass(frozen=True)
class Manifest:
    """What a release is. `size` and `sha256` are the image's; `segments` cover it in order."""

    version: str
    sequence: int
    boards: tuple[str, ...]
    min_micropython: str
    size: int
    sha256: str
    segments: tuple[Segment, ...]

    def raw(self) -> bytes:
        """The bytes that are signed and sent."""
        return canonical(
            {
                "version": self.version,
                "sequence": self.sequence,
                "boards": self.boards,
                "min_micropython": self.min_micropython,
                "image": {"size": self.size, "sha256": self.sha256},
                "segments": [[each.size, each.sha256] for each in self.segments],
            }
        )

    def check(self, image: bytes) -> None:
        """BadRelease when this is not the image that the manifest tells of."""
        if len(image) != self.size:
            raise BadRelease(f"The image has {len(image):,} bytes, and its manifest says {self.size:,}.")
        if hashlib.sha256(image).hexdigest() != self.sha256:
            raise BadRelease("The image is not that of its manifest: it was changed. Get the release again.")
        if cut(image) != self.segments:
            raise BadManifest("its segments are not those of the image")


def describe(image: bytes, version: str, sequence: int, boards: Sequence[str]) -> Manifest:
    """The manifest of an image; BadManifest for a version, sequence or board that cannot be."""
    found = Manifest(
        version,
        sequence,
        tuple(sorted(boards)),
        MICROPYTHON,
        len(image),
        hashlib.sha256(image).hexdigest(),
        cut(image),
    )
    return parse(found.raw())


def canonical(value: dict[str, Any]) -> bytes:
    """JSON with sorted keys and without spaces, in ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def parse(raw: bytes) -> Manifest:
    """What a manifest says; BadManifest where it is not exactly as the protocol wants it."""
    if len(raw) > LARGEST:
        raise BadManifest(f"it has more than {LARGEST:,} bytes")
    try:
        found = _read(json.loads(raw))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise BadManifest("it is no JSON object with the fields of a manifest") from None
    _check(found)
    if found.raw() != raw:
        raise BadManifest("it is no canonical JSON, or has fields that are not known here")
    return found


def _read(said: dict[str, Any]) -> Manifest:
    image = said["image"]
    segments = tuple(Segment(size, digest) for size, digest in said["segments"])
    return Manifest(
        said["version"],
        said["sequence"],
        tuple(said["boards"]),
        said["min_micropython"],
        image["size"],
        image["sha256"],
        segments,
    )


def _check(found: Manifest) -> None:
    """Each field by itself, and that the segments have the image's length."""
    if not _fits(SEMVER, found.version) or len(found.version) > MOST_VERSION:
        raise BadManifest(f"its version {found.version!r} is none such as 1.2.3 (semver.org)")
    if not _is_int(found.sequence) or not 1 <= found.sequence <= MOST_SEQUENCE:
        raise BadManifest(f"its sequence {found.sequence!r} is no number from 1 to {MOST_SEQUENCE}")
    if not 1 <= len(found.boards) <= MOST_BOARDS or not all(_fits(BOARD, each) for each in found.boards):
        raise BadManifest("its boards are no names such as s26")
    if list(found.boards) != sorted(set(found.boards)):
        raise BadManifest("its boards are not in order, each once")
    if not _fits(PLAIN, found.min_micropython):
        raise BadManifest(f"its min_micropython {found.min_micropython!r} is none such as {MICROPYTHON}")
    sizes = [found.size, *(each.size for each in found.segments)]
    digests = [found.sha256, *(each.sha256 for each in found.segments)]
    if not all(_is_int(size) and size > 0 for size in sizes) or not all(
        _fits(DIGEST, one) for one in digests
    ):
        raise BadManifest("a size or a SHA-256 in it is none")
    if sum(sizes[1:]) != found.size:
        raise BadManifest("its segments do not cover the image")
    # The first test bounds the second one, which counts.
    if found.size > MOST_BLOCKS * BLOCK or blocks(found.size) > MOST_BLOCKS:
        raise BadManifest(f"its image of {found.size:,} bytes takes more than {MOST_BLOCKS} blocks, a slot")


def _fits(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
