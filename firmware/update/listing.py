"""Checks an offer's manifest, which `kept` has fetched. Loaded for that and forgotten."""

import os

from firmware.update import files, listed, manifest, pace
from firmware.update.errors import Refused


async def run(offer, board):
    """Why it is refused, or None: it is on the flash as `listed` wants it. The flash's OSError."""
    version, sequence, _, _ = offer
    try:
        with open(files.FETCHED, "rb") as file, open(files.NEW, "wb") as out:
            out.write(listed.key(offer))
            await pace.run(manifest.check(file, out, version, sequence, board))
    except Refused as error:
        files.clear()
        return str(error)
    os.rename(files.NEW, files.MANIFEST)
    files.remove(files.FETCHED)
    return None
