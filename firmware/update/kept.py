"""Fetches an offer's manifest; `listing` checks it. Loaded for that and forgotten."""

from asyncio import sleep_ms

from firmware.update import fetched, files, manifest, pace, sums
from firmware.update.errors import DigestDiffers, Refused

TRIES = 2


async def run(offer, fetch):
    """Have its bytes on the flash; what was staged for another one is thrown away.

    Arguments as `stage.run` has them. UpdateError, or the flash's OSError.
    """
    size, digest = offer[2:]
    if size > manifest.MOST_BYTES:
        raise Refused("manifest too large")
    files.clear()
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
