"""The long part of verifying a signature: its power by 65537. Loaded for that and forgotten.

Numbers are multiplied by Montgomery's rule (Koc, Acar and Kaliski, "Analyzing and Comparing Montgomery
Multiplication Algorithms", 1996: CIOS).
"""

from firmware.update import pace
from firmware.update.limbs import BITS, of, reduce

DOUBLINGS = 9  # R is 2**(2**9 * number of limbs)
SQUARINGS = 16  # 65537 is 2**16 + 1


async def run(begun, signature):
    """The limbs of the power modulo the modulus; `begun`: what `rsa_start` gives, which is used up."""
    return await pace.run(steps(begun, signature))


def steps(begun, signature):
    """None after each limb, then the same."""
    power = begun.pop()  # nobody keeps it
    modulus, inverse = begun
    for _ in range(DOUBLINGS):
        power = yield from _product(power, power, modulus, inverse)
    power = yield from _product(power, of(signature), modulus, inverse)
    for _ in range(SQUARINGS):
        power = yield from _product(power, power, modulus, inverse)
    yield (yield from _product(power, of(signature), modulus, inverse))


def _product(one, other, modulus, inverse):
    """Returns one times other divided by R, modulo the modulus; None after each limb."""
    mask = (1 << BITS) - 1
    found = [0] * len(modulus)
    over = 0
    for limb in one:
        factor = (found[0] + limb * other[0]) * inverse & mask
        carry = 0
        for at in range(len(modulus)):
            carry += found[at] + limb * other[at] + factor * modulus[at]
            found[at - 1 if at else 0] = (carry & mask) + 0  # else it keeps the room of both
            carry >>= BITS
        over += carry
        found[-1] = over & mask
        over >>= BITS
        yield None
    reduce(found, over, modulus)
    return found
