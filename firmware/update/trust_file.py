"""The file `trust`: who may sign updates, and the highest sequence confirmed. docs/device.md has its layout.

It is read in pieces: beside TLS the heap has none of its size.
"""

import os
import struct

from firmware.storage import atomic
from firmware.update.limbs import BITS, LIMB
from firmware.update.trust_key import HEAD, MODULUS, PATH, read

SERIAL = 4
SEQUENCE = 8
LEAST = 3  # the limb whose highest bit is set in the shortest modulus
MOST_KEYS = 2


def head():
    """(number of keys, serial of the newest OfferKey that was taken, highest sequence of a confirmed update).

    None where there is no file, or one that is not exactly as the layout wants it.
    """
    try:
        with open(PATH, "rb") as file:
            raw = file.read(HEAD)
            if raw[:1] != b"\1" or raw[2:SERIAL] != b"\0\0" or not 0 < raw[1] <= MOST_KEYS:
                return None
            whole = os.stat(PATH)[6] == HEAD + raw[1] * MODULUS
            if not whole or False in [usable(read(file)) for _ in range(raw[1])]:
                return None
    except OSError:
        return None
    return (raw[1],) + struct.unpack_from("<II", raw, SERIAL)


def load():
    """All of the file; b"" where `head` is None."""
    return atomic.read(PATH) if head() else b""


def usable(modulus):
    """Whether the limbs of 384 bytes are a modulus that may stand there: odd, of 2,048 bits or more."""
    return modulus[0] & 1 == 1 and (max(modulus[LEAST + 1 :]) > 0 or modulus[LEAST] >> BITS - 1 == 1)


def confirm(number):
    """An update of that sequence works: from now on only greater ones are taken. Nothing without a file."""
    found = head()
    if not found or number <= found[2]:
        return
    with open(PATH, "rb") as file, open(PATH + ".new", "wb") as new:
        new.write(file.read(SEQUENCE) + struct.pack("<I", number))
        file.seek(HEAD)
        piece = file.read(LIMB)
        while piece:
            new.write(piece)
            piece = file.read(LIMB)
    os.rename(PATH + ".new", PATH)
