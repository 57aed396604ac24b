"""Which releases a person means: by their version, or by the beginning of their manifest's SHA-256."""

from collections.abc import Iterable

from twig.hub.errors import ReleaseUnclear, ReleaseUnknown
from twig.hub.releases.index import Release

LEAST = 8  # digits of a SHA-256; a version has dots


def named(releases: Iterable[Release], wanted: str) -> dict[str, Release]:
    """Board -> release. Of a version: for each board the one with the highest sequence. ReleaseUnknown.

    A beginning of a SHA-256 names one release; ReleaseUnclear.
    """
    text = wanted.strip().lower()
    every = sorted(releases, key=lambda each: each.sequence)
    fits = [each for each in every if len(text) >= LEAST and each.manifest.startswith(text)]
    if len(fits) > 1:
        raise ReleaseUnclear(text, len(fits))
    fits = fits or [each for each in every if each.version == wanted.strip()]
    if not fits:
        raise ReleaseUnknown(wanted)
    return {board: each for each in fits for board in each.boards}


def for_board(releases: Iterable[Release], board: str, wanted: str | None) -> Release:
    """The release of that name, or the newest, for a board. ReleaseUnknown, ReleaseUnclear."""
    every = list(releases)
    if wanted is not None:
        found = named(every, wanted).get(board)
    else:
        fits = [each for each in every if board in each.boards]
        found = max(fits, key=lambda each: each.sequence, default=None)
    if found is None:
        raise ReleaseUnknown(wanted or "", board)
    return found
