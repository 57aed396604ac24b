"""Writes the file `stage`, segment by segment: from the present image where it has one, else fetched.

Loaded for that and forgotten.
"""

from asyncio import sleep_ms
from hashlib import sha256

from firmware.update import fetched, files, index, listed, pace, sums
from firmware.update.errors import DigestDiffers

FETCHES = 2
ALMOST = 99  # percent: it has to be read back yet
SYNC = 8192  # bytes that a power cut may take back; each time costs an erase


async def run(at, have, image, present, known, fetch, tell):
    """Write all from that segment on, of which so many bytes are there.

    image: its size and SHA-256. present: path of the active slot's, and `known`, its index. UpdateError.
    """
    mode = "r+b" if at + have else "w+b"
    place = 0
    with open(files.MANIFEST, "rb") as manifest, open(present, "rb") as old, open(files.STAGE, mode) as file:
        staging = Staging(file, old, known, image, fetch, tell)
        for size, digest in listed.segments(manifest):
            if place >= at:
                await staging.segment(place, size, digest, have)
                have = 0
            place += size
            await sleep_ms(0)


class Staging:
    """file: `stage`; present: the active slot's; both are open. The rest as `run` has it."""

    def __init__(self, file, present, known, image, fetch, tell):
        self._file = file
        self._present = present
        self._known = known
        self._size, self._digest = image
        self._fetch = fetch
        self._tell = tell
        self._told = -1
        self._unsynced = 0

    async def segment(self, at, size, digest, have):
        """Write one, of which so many bytes are there; DigestDiffers when it comes wrong again and again."""
        place = index.find(self._known, size, digest)
        copied = place >= 0
        for _ in range(FETCHES + copied):
            hasher = sha256()
            self._file.seek(at)
            await pace.run(sums.steps(self._file, have, hasher))
            await self._fill(at + have, at + size, place - at if copied else None, hasher)
            if hasher.digest() == digest:
                return
            have, copied = 0, False
        raise DigestDiffers("segment differs")

    async def _fill(self, at, end, shift, hasher):
        """From the present image, where it lies that much further on; None: fetched."""
        while at < end:
            piece = await self._piece(at, end - at, shift)
            if not piece:  # the present image has become shorter: no digest will be right
                return
            self._file.write(piece)
            hasher.update(piece)
            at += len(piece)
            self._sync(len(piece))
            self._report(at)
            await sleep_ms(0)

    async def _piece(self, at, count, shift):
        if shift is None:
            return await fetched.piece(self._fetch, self._digest, at, count)
        self._present.seek(at + shift)
        return self._present.read(min(count, sums.PIECE))

    def _sync(self, count):
        """A file that is not closed has its bytes after a power cut only up to here."""
        self._unsynced += count
        if self._unsynced >= SYNC:
            self._file.flush()
            self._unsynced = 0

    def _report(self, at):
        percent = at * ALMOST // self._size
        if percent != self._told:
            self._told = percent
            self._tell(percent)
