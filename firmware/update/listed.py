"""An offer's manifest on the flash, once `kept` has checked it: without JSON, which takes long to read.

offset size field
0      32   `key` of the offer
32     4    size of the image
36     32   SHA-256 of the image
68     36   of each segment: size, SHA-256
"""

import struct
from hashlib import sha256

from firmware.update import files

KEY = 32
HEAD = 68
SEGMENT = 36
IMAGE = "<I32s"


def key(offer):
    """32 bytes: a manifest counts for an offer that says the same of it, and for no other."""
    version, sequence, _, digest = offer
    return sha256(digest + struct.pack("<I", sequence) + version.encode()).digest()


def image(offer):
    """(size, SHA-256) of the offer's image; None when its manifest is not there."""
    try:
        with open(files.MANIFEST, "rb") as file:
            raw = file.read(HEAD)
    except OSError:
        return None
    return struct.unpack_from(IMAGE, raw, KEY) if len(raw) == HEAD and raw[:KEY] == key(offer) else None


def segment(number):
    """(size, SHA-256) of the one of that number, from 0; None behind the last. No file stays open."""
    with open(files.MANIFEST, "rb") as file:
        file.seek(HEAD + number * SEGMENT)
        raw = file.read(SEGMENT)
    return struct.unpack(IMAGE, raw) if raw else None


def segments(file):
    """(size, SHA-256) of each segment, of the open file."""
    file.seek(HEAD)
    raw = file.read(SEGMENT)
    while raw:
        yield struct.unpack(IMAGE, raw)
        raw = file.read(SEGMENT)
