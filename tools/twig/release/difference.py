"""What a plug has to fetch when it goes from one release to another."""

from dataclasses import dataclass

from twig.release import segments
from twig.release.manifest import Manifest
from twig.release.room import blocks

BLOCK_BYTES = 1_024  # of GetBlock, at most


@dataclass(frozen=True)
class Difference:
    """`shared` of `segments` are in the older image; `fetch` bytes are not, in so many `requests` (GetBlock).
    `blocks`: of flash, for the new image; `manifest`: bytes that are fetched before."""

    shared: int
    segments: int
    fetch: int
    requests: int
    blocks: int
    manifest: int


def between(new: Manifest, old: Manifest | None = None) -> Difference:
    """The way from an older release, or from nothing."""
    missing = segments.missing(new.segments, old.segments if old else ())
    known = set(missing)
    return Difference(
        sum(each not in known for each in new.segments),
        len(new.segments),
        sum(each.size for each in missing),
        sum(-(-each.size // BLOCK_BYTES) for each in missing),
        blocks(new.size),
        len(new.raw()),
    )
