"""`assets` for CPython, where there is no slot; not part of an image."""

import io

# Name -> compressed page: filled by whoever runs the firmware here.
pages: dict[str, bytes] = {}


def opened(name: str) -> tuple[io.BytesIO, int]:
    """(stream, size in bytes) of a page."""
    return io.BytesIO(pages[name]), len(pages[name])
