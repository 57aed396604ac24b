"""RSASSA-PKCS1-v1_5 with SHA-256 and exponent 65537 (RFC 8017, section 8.2.2), in steps.

MicroPython's `%` costs about two multiplications, Montgomery's reduction three: so `%` it is.
"""

SQUARINGS = 16  # 65537 is 2**16 + 1
LEAST = 256  # bytes of a modulus
# DER of DigestInfo for SHA-256, up to the digest. It is compared, never parsed.
INFO = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"


def steps(modulus, signature, digest):
    """Whether the key has signed that digest of 32 bytes: None after each step, then the answer.

    All are bytes, big-endian. The modulus may have zeros before it; a signature is as long as it is without.
    """
    modulus = modulus.lstrip(b"\0")
    size = len(modulus)
    key = int.from_bytes(modulus, "big")
    base = power = int.from_bytes(signature, "big")
    if size < LEAST or len(signature) != size or base >= key:
        yield False
        return
    for turn in range(SQUARINGS + 1):
        power = power * (power if turn < SQUARINGS else base)
        yield None
        power %= key
        yield None
    yield power.to_bytes(size, "big") == _padded(digest, size)


def _padded(digest, size):
    """The only block that is right: all of it, so that nothing can hide in it."""
    tail = b"\0" + INFO + digest
    return b"\0\1" + b"\xff" * (size - 2 - len(tail)) + tail
