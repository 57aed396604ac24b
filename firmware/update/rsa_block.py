"""The block that a good signature is the root of. Loaded for that and forgotten."""

from firmware.update.limbs import LIMB

# DER of DigestInfo for SHA-256, up to the digest. It is compared, never parsed.
INFO = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"


def signs(power, size, digest):
    """Whether the limbs of a power are that block of so many bytes, all of it: nothing can hide in it."""
    return power == [_limb(end, size, digest) for end in range(size, 0, -LIMB)]


def _limb(end, size, digest):
    """Its limb up to that byte: 0, 1, many 255, 0, INFO, digest."""
    begin = max(end - LIMB, 0)
    raw = bytearray(b"\xff" * (end - begin))
    for at in (0, 1):
        if begin <= at < end:
            raw[at - begin] = at
    if end == size:
        raw[-len(INFO) - 33 :] = b"\0" + INFO + digest
    return int.from_bytes(raw, "big")
