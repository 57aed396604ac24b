"""Stages an update: its image becomes the other slot's file. It is not chosen yet.

The image grows in the file `stage`, which outlives a reset, from the present image and from what is fetched;
a rename makes it the slot's. Each part of the work is loaded for it and forgotten: this alone stays.
"""

import os

from firmware import lazy
from firmware.update import files, pace, sums  # noqa: F401  they stay: each part needs them
from firmware.update.errors import DigestDiffers, Refused

LISTED = "firmware.update.listed"
TRIES = 2
DONE = 100  # percent


async def run(offer, board, active, fetch, tell):
    """Take an offer whose signature was verified; the name of the file that holds its image then.

    offer: (version, sequence, size and SHA-256 of the manifest). board: this one's name. active: letter of
    the slot that runs, which is left alone. `fetch(digest, offset, count)`: a coroutine that gives 1 to
    `count` bytes of the file of that SHA-256, or an OSError. `tell(percent)` hears of progress.
    UpdateError; after FetchFailed and after a reset the same call goes on where it was.
    """
    slot = files.other(active)
    try:
        image = lazy.call(LISTED, "image", offer)
        if not image:
            await lazy.run("firmware.update.kept", offer, fetch)
            refusal = await lazy.run("firmware.update.listing", offer, board)
            if refusal:
                raise Refused(refusal)
            image = lazy.call(LISTED, "image", offer)
        if not await lazy.run("firmware.update.emptied", slot, *image):
            await _make(image, files.SLOT + active, fetch, tell)
            os.rename(files.STAGE, slot)
        files.clear()
    except OSError as error:
        raise files.trouble(error)
    tell(DONE)
    return slot


async def _make(image, present, fetch, tell):
    known = None
    for _ in range(TRIES + 1):
        right, at, have = await lazy.run("firmware.update.held", *image)
        if right:
            return
        known = known or await lazy.run("firmware.update.segments", present)
        await lazy.run("firmware.update.staging", at, have, image, present, known, fetch, tell)
    files.clear()
    raise DigestDiffers("image differs")
