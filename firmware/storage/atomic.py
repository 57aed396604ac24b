"""Files that are whole or absent, whenever the power fails: written under a temporary name, then renamed."""

import os


def read(path):
    """The bytes of a file, b"" when there is none."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def write(path, data):
    """Replace a file by these bytes."""
    temporary = path + ".new"
    with open(temporary, "wb") as file:
        file.write(data)
    os.rename(temporary, path)
