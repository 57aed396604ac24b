"""What verifying a signature begins with. Loaded for that and forgotten, as are `rsa_power` and `rsa_block`.

RSASSA-PKCS1-v1_5 with SHA-256 and exponent 65537 (RFC 8017, section 8.2.2). R is the range of as many limbs
as the modulus has.
"""

from firmware.update.limbs import BITS, LIMB, less, of, reduce

DOUBLINGS = 9  # 2**9 bits are a limb
LEAST = 256  # bytes of a modulus


def start(modulus, signature):
    """[modulus, inverse, power] for `rsa_power`; None where it cannot be a signature of that key.

    modulus: its limbs, which may have zeros at the end; signature: bytes, as long as it is without.
    """
    while modulus and not modulus[-1]:
        modulus = modulus[:-1]
    size = _size(modulus)
    if size < LEAST or len(signature) != size or not modulus[0] & 1 or not less(of(signature), modulus):
        return None
    return [modulus, _inverse(modulus[0]), _power(modulus)]


def _size(number):
    """Bytes of a number whose last limb is not 0."""
    rest, size = (number[-1], LIMB * (len(number) - 1)) if number else (0, 0)
    while rest:
        rest >>= 8
        size += 1
    return size


def _inverse(limb):
    """Of minus an odd limb, modulo a limb's range: each turn doubles the bits that are right."""
    mask = (1 << BITS) - 1
    found = 1
    for _ in range(DOUBLINGS):
        found = found * (mask + 3 - (found * limb & mask)) & mask
    return mask + 1 - found


def _power(modulus):
    """R times 2**(number of limbs) modulo the modulus: a power of two, doubled."""
    rest, bits = modulus[-1], 0
    while rest > 1:
        rest >>= 1
        bits += 1
    number = [0] * (len(modulus) - 1) + [1 << bits]
    for _ in range(BITS - bits + len(modulus)):
        carry = 0
        for at in range(len(number)):
            carry += number[at] << 1
            number[at] = carry & (1 << BITS) - 1
            carry >>= BITS
        reduce(number, carry, modulus)
    return number
