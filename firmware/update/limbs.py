"""Long numbers in small pieces: lists of limbs of 64 bytes, the least one first.

A number of 3,072 bits wants 400 bytes at once, its square twice that: beside TLS no heap has such a piece.
"""

LIMB = 64  # bytes
BITS = 512


def of(raw):
    """Of bytes, big-endian."""
    return [int.from_bytes(raw[max(end - LIMB, 0) : end], "big") for end in range(len(raw), 0, -LIMB)]


def less(number, other):
    """Whether it is less than one of as many limbs."""
    for at in range(len(other) - 1, -1, -1):
        if number[at] != other[at]:
            return number[at] < other[at]
    return False


def reduce(number, carry, modulus):
    """In place less than the modulus, of a number with its carry that is less than twice that."""
    if not carry and less(number, modulus):
        return
    carry = 1
    for at in range(len(number)):
        carry += number[at] + (1 << BITS) - 1 - modulus[at]
        number[at] = carry & (1 << BITS) - 1
        carry >>= BITS
