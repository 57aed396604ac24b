"""Reads keys of the file `trust` in pieces: beside TLS the heap has none of their size."""

from firmware.update.limbs import LIMB

PATH = "trust"
HEAD = 12  # bytes before the first key
MODULUS = 384
LIMBS = 6  # of a modulus


def key(index):
    """The limbs of a modulus, as `signature` takes it."""
    with open(PATH, "rb") as file:
        file.seek(HEAD + index * MODULUS)
        return read(file)


def read(file):
    """The same of the key that the open file has next."""
    found = [int.from_bytes(file.read(LIMB), "big") for _ in range(LIMBS)]
    found.reverse()
    return found
