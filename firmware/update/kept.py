"""Fetches an offer's manifest and checks it. Loaded for that and forgotten."""

import os
from asyncio import sleep_ms

from firmware.update import fetched, files, listed, manifest, pace, sums
from firmware.update.errors import DigestDiffers, Refused

TRIES = 2


async def run(offer, board, fetch):
    """Have it on the flash, for `listed`; what was staged for another one is thrown away.

    Arguments as `stage.run` has them. UpdateError, or the flash's OSError.
    """
    version, sequence, size, digest = offer
    if size > manifest.MOST_BYTES:
        raise Refused("manifest too large")
    files.clear()
    await _fetch(size, digest, fetch)
    try:
        with open(files.FETCHED, "rb") as file, open(files.NEW, "wb") as out:
            out.write(listed.key(offer))
            await pace.run(manifest.check(file, out, version, sequence, board))
    except Refused:
        files.clear()
        raise
    os.rename(files.NEW, files.MANIFEST)
    files.remove(files.FETCHED)


async def _fetch(size, digest, fetch):
    for _ in range(TRIES):
        with open(files.FETCHED, "wb") as file:
            at = 0
            while at < size:
                at += file.write(await fetched.piece(fetch, digest, at, size - at))
                await sleep_ms(0)  # each block costs an erase
        if await pace.run(sums.same(files.FETCHED, size, digest)):
            return
    files.clear()
    raise DigestDiffers("manifest differs")
