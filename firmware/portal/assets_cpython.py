"""`assets` for CPython, where there is no slot; not part of an image."""

import io

# Name -> a piece of the compressed pages: filled by whoever runs the firmware here.
pages: dict[str, bytes] = {}


def size(name: str) -> int:
    """Bytes of a file."""
    return len(pages[name])


def opened(name: str) -> io.BytesIO:
    """The stream of a file."""
    return io.BytesIO(pages[name])
