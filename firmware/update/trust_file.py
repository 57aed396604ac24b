"""The file `trust`: who may sign updates, and the highest sequence confirmed. docs/device.md has its layout.

Bytes that `load` has returned stand for the file: the caller keeps them for one job.
"""

import os
import struct

from firmware.storage import atomic

PATH = "trust"
SERIAL = 4
SEQUENCE = 8
HEAD = 12
MODULUS = 384
LEAST = 256  # bytes of the shortest modulus; its highest bit is set


def load():
    """The file; b"" where there is none, or one that is not exactly as the layout wants it."""
    try:
        size = os.stat(PATH)[6]
    except OSError:
        return b""
    if size != HEAD + MODULUS and size != HEAD + 2 * MODULUS:
        return b""
    raw = atomic.read(PATH)
    if raw[:1] != b"\1" or raw[2:SERIAL] != b"\0\0" or HEAD + raw[1] * MODULUS != len(raw):
        return b""
    keys = [usable(raw[at : at + MODULUS]) for at in range(HEAD, len(raw), MODULUS)]
    return b"" if False in keys else raw


def usable(key):
    """Whether 384 bytes are a modulus that may stand there."""
    key = key.lstrip(b"\0")
    return (len(key) > LEAST or (len(key) == LEAST and key[0] > 127)) and key[-1] & 1 == 1


def serial(raw):
    """Of the newest OfferKey that was taken."""
    return struct.unpack_from("<I", raw, SERIAL)[0]


def sequence(raw):
    """The highest of a confirmed update."""
    return struct.unpack_from("<I", raw, SEQUENCE)[0]


def confirm(number):
    """An update of that sequence works: from now on only greater ones are taken. Nothing without a file."""
    raw = load()
    if raw and number > sequence(raw):
        atomic.write(PATH, raw[:SEQUENCE] + struct.pack("<I", number) + raw[HEAD:])
