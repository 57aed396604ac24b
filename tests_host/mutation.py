"""Streams of TLS records with something changed in them."""

import random

HEAD = 5
MOST_AT_ONCE = 4  # changes in one stream


def records(raw: bytes) -> list[bytes]:
    """The whole records at the start of a stream."""
    found = []
    while len(raw) >= HEAD and len(raw) >= (end := HEAD + int.from_bytes(raw[3:HEAD], "big")):
        found.append(raw[:end])
        raw = raw[end:]
    return found


def mutated(rng: random.Random, raw: bytes) -> bytes:
    """The same with some bytes changed, inserted, left out, or whole records moved."""
    data = bytearray(raw)
    for _ in range(rng.randint(1, MOST_AT_ONCE)):
        at = rng.randrange(len(data))
        kind = rng.randrange(6)
        if kind == 0:
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[at] = rng.choice((0, 1, 127, 128, 255))
        elif kind == 2:
            del data[at : at + rng.randint(1, 8)]
        elif kind == 3:
            data[at:at] = rng.randbytes(rng.randint(1, 8))
        elif kind == 4:
            data[at:] = rng.randbytes(len(data) - at)
        else:
            parts = records(bytes(data))
            rng.shuffle(parts)
            data = bytearray(b"".join(parts))
        if not data:
            break
    return bytes(data)
