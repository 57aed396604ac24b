"""Pieces from the other side."""

from firmware.update.errors import FetchFailed

PIECE = 128  # bytes asked for at once: larger pieces of the heap are rare beside TLS


async def piece(fetch, digest, offset, count):
    """1 to 128 bytes of so many that are wanted from that offset. FetchFailed when they do not come."""
    count = min(count, PIECE)
    try:
        found = await fetch(digest, offset, count)
    except OSError as error:
        raise FetchFailed("fetch failed: " + str(error))
    if not found or len(found) > count:
        raise FetchFailed("fetch failed: not available")
    return found
