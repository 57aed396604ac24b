"""Finds segments in an image: 8 bytes for each, the first 4 of its SHA-256 and its offset, and the end.

An index is a list of such rows, each of a few segments: beside TLS the heap has no larger pieces.

So few bytes of the SHA-256 will do: what is copied is checked, and fetched where it was another segment.
"""

import struct

KNOWN = 4
ENTRY = 8
ROW = 96  # bytes of a row without its end


def entry(digest, offset):
    """Of a segment there; the last one has no digest."""
    return struct.pack("<4sI", digest[:KNOWN], offset)


def find(index, size, digest):
    """Where the image of that index may have a segment; -1 when it has none."""
    first = digest[0]
    for row in index:
        for at in range(0, len(row) - ENTRY, ENTRY):
            if row[at] == first and row[at : at + KNOWN] == digest[:KNOWN]:
                begin, _, end = struct.unpack_from("<I4sI", row, at + KNOWN)
                if end - begin == size:
                    return begin
    return -1
