"""What the file `stage` holds of the image that the manifest describes. Loaded for that and forgotten."""

from hashlib import sha256

from firmware.update import files, listed, pace, sums

REWRITE = 8192  # bytes behind a wrong segment that may be written over: littlefs copies them in one go


async def run(size, digest):
    """(right, offset, have): whether it is all of the image, read from the flash; how far its segments are
    right; how many bytes it has of the one that comes then.

    A file of which too much would have to be written over is removed.
    """
    there = files.size(files.STAGE)
    found = (False, 0, 0)
    if there:
        with open(files.MANIFEST, "rb") as manifest, open(files.STAGE, "rb") as file:
            found = await pace.run(_steps(manifest, file, there, digest))
    if there > size or found[2] < 0:
        files.remove(files.STAGE)
        found = (False, 0, 0)
    return found


def _steps(manifest, file, there, digest):
    at = 0
    whole = sha256()
    for size, wanted in listed.segments(manifest):
        hasher = sha256()
        yield from sums.steps(file, size, hasher, whole)
        if hasher.digest() != wanted:
            behind = there - at - size
            yield False, at, -1 if behind > REWRITE else size + behind if behind < 0 else 0
            return
        at += size
    yield whole.digest() == digest, at, 0
