"""How much of a flash a file takes, and how much of it a slot may."""

from twig.hardware.chips import BLOCK

MOST_BLOCKS = 28  # of a slot


def blocks(size: int) -> int:
    """Flash blocks that littlefs needs for a file of so many bytes, more than 128."""
    count, room = 0, 0
    while room < size:
        # A block but the first begins with 4-byte pointers: one more than its number has trailing zeros.
        room += BLOCK - 4 * (count & -count).bit_length()
        count += 1
    return count
