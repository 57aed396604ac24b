"""SHA-256 over files and parts of them, in steps."""

from hashlib import sha256

from firmware.update import files

PIECE = 128  # bytes in one step: less than 1 ms on a chip


def steps(file, count, *hashes):
    """Feed them the next bytes of the file, so many or what there is; None after each piece."""
    view = memoryview(bytearray(min(count, PIECE)))
    while count > 0:
        got = file.readinto(view[: min(count, PIECE)])
        if not got:
            return
        for each in hashes:
            each.update(view[:got])
        count -= got
        yield None


def same(path, size, digest):
    """Whether the file has that size and digest: None after each piece, then the answer."""
    hasher = sha256()
    if files.size(path) == size:
        with open(path, "rb") as file:
            yield from steps(file, size, hasher)
        yield hasher.digest() == digest
    else:
        yield False
