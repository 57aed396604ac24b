"""The compressed pages in the slot: the one place where a chip's files and those of CPython differ."""

import os

try:
    from vfs import VfsLfs2  # noqa: F401  which only a chip has

    def opened(name):
        """(stream, size in bytes) of a page."""
        path = "/slot/" + name
        return open(path, "rb"), os.stat(path)[6]

except ImportError:
    from firmware.portal.assets_cpython import opened  # noqa: F401
