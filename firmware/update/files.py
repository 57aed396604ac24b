"""The files of an update: their names, the room that they need, tidying them away."""

import os
from errno import ENOENT

from firmware.update.errors import FlashFull, UpdateError

SLOT = "slot_"
STAGE = "stage"  # the new image as far as it has come
MANIFEST = "manifest"  # what is known of the image in STAGE; `listed` has its layout
NEW = "manifest.new"
FETCHED = "manifest.json"  # until it is checked
ROOM = 4088  # bytes of a block of 4096 that a long file has on the average
NO_SPACE = 28  # ENOSPC, which MicroPython's errno lacks
LEAST_FREE = 8  # blocks, when all is done: for settings and what is to be sent


def other(active):
    """The file of the slot that is not active; active is "a" or "b"."""
    return SLOT + ("a" if active == "b" else "b")


def size(path):
    """Bytes of a file; 0 when there is none."""
    try:
        return os.stat(path)[6]
    except OSError:
        return 0


def remove(path):
    """No such file any more."""
    try:
        os.remove(path)
    except OSError as error:
        if error.errno != ENOENT:
            raise


def clear():
    """What was fetched for an update goes; the slots stay."""
    for path in (STAGE, MANIFEST, NEW, FETCHED):
        remove(path)


def check_room(slot, image):
    """FlashFull unless an image of so many bytes may take the place of what is staged and of that slot's."""
    gone = blocks(size(slot)) + blocks(size(STAGE)) + blocks(size(MANIFEST))
    free = os.statvfs("/")[3] + gone - blocks(image)
    if free < LEAST_FREE:
        raise FlashFull("flash full: %d blocks missing" % (LEAST_FREE - free))


def blocks(count):
    """Blocks that littlefs needs for a file of so many bytes, or one more: each begins with some pointers."""
    return (count + ROOM - 1) // ROOM


def trouble(error):
    """What an OSError of the flash means for an update; where it is full, what was fetched gives way."""
    if error.errno != NO_SPACE:
        return UpdateError("flash: error %s" % error.errno)
    clear()
    return FlashFull("flash full")
