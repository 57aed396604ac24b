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
    place = number = 0
    with open(files.STAGE, mode) as file:
        staging = Staging(file, present, known, image, fetch, tell)
        segment = listed.segment(number)
        while segment:
            size, digest = segment
            if place >= at:
                await staging.segment(place, size, digest, have)
                have = 0
            place += size
            number += 1
            segment = listed.segment(number)
            await sleep_ms(0)


class Staging:
    """file: `stage`, open; the rest as `run` has it. It opens no other while it waits for the hub."""

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
        if shift is None:
            while at < end:
                piece = await fetched.piece(self._fetch, self._digest, at, end - at)
                at = self._put(piece, at, hasher)
                await sleep_ms(0)
            return
        with open(self._present, "rb") as present:
            present.seek(at + shift)
            piece = True
            while at < end and piece:  # else it has become shorter: no digest will be right
                piece = present.read(min(end - at, fetched.PIECE))
                at = self._put(piece, at, hasher)
                await sleep_ms(0)

    def _put(self, piece, at, hasher):
        self._file.write(piece)
        hasher.update(piece)
        at += len(piece)
        self._sync(len(piece))
        self._report(at)
        return at

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
