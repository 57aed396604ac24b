"""Whether a slot holds an image already, or may take it. Loaded for that and forgotten."""

from firmware.update import files, pace, sums


async def run(slot, size, digest):
    """True where it holds it; else there is room, and it is empty. FlashFull, or the flash's OSError."""
    if await pace.run(sums.same(slot, size, digest)):
        return True
    files.check_room(slot, size)
    files.remove(slot)
    return False
