"""Files that are whole or absent, whenever the power fails: written under a temporary name, then renamed."""

import os

CHUNK = 128  # bytes: room of the size of a file may not be left


def read(path):
    """The bytes of a file, b"" when there is none."""
    try:
        with open(path, "rb") as file:
            return file.read(os.stat(path)[6])  # without a size it takes a buffer that grows by copies
    except OSError:
        return b""


def write(path, data):
    """Replace a file by these bytes."""
    temporary = path + ".new"
    with open(temporary, "wb") as file:
        file.write(data)
    os.rename(temporary, path)


def holds(path, data):
    """Whether the file has these bytes; b"" is one that is not there."""
    try:
        with open(path, "rb") as file:
            at = 0
            while True:
                chunk = file.read(CHUNK)
                if chunk != data[at : at + len(chunk)]:
                    return False
                at += len(chunk)
                if not chunk:
                    return at == len(data)
    except OSError:
        return not data


def copy(path, other):
    """Replace another file by this one."""
    temporary = other + ".new"
    with open(path, "rb") as file, open(temporary, "wb") as new:
        chunk = file.read(CHUNK)
        while chunk:
            new.write(chunk)
            chunk = file.read(CHUNK)
    os.rename(temporary, other)
