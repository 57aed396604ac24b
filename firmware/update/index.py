"""Finds segments in an image: 8 bytes for each, the first 4 of its SHA-256 and its offset, and the end.

So few bytes of the SHA-256 will do: what is copied is checked, and fetched where it was another segment.
"""

import struct

KNOWN = 4
ENTRY = 8


def entry(digest, offset):
    """Of a segment there; the last one has no digest."""
    return struct.pack("<4sI", digest[:KNOWN], offset)


def find(index, size, digest):
    """Where the image of that index may have a segment; -1 when it has none."""
    first = digest[0]
    for at in range(0, len(index) - ENTRY, ENTRY):
        if index[at] == first and index[at : at + KNOWN] == digest[:KNOWN]:
            begin, _, end = struct.unpack_from("<I4sI", index, at + KNOWN)
            if end - begin == size:
                return begin
    return -1
