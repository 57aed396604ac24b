"""The compressed pages in the slot: the one place where a chip's files and those of CPython differ.

A page is the file that all begin with, and its own behind that.
"""

import os

try:
    from vfs import VfsLfs2  # noqa: F401  which only a chip has

    def size(name):
        """Bytes of a file."""
        return os.stat("/slot/" + name)[6]

    def opened(name):
        """The stream of a file."""
        return open("/slot/" + name, "rb")

except ImportError:
    from firmware.portal.assets_cpython import opened, size  # noqa: F401
