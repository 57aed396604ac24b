"""Whether a trusted key has signed, in short turns; each step loads its module alone.

On a chip it takes some seconds.
"""

from firmware import lazy

BAD = "bad signature"


async def run(keys, digest, signed):
    """Whether one of so many keys of the file `trust` has signed that digest of 32 bytes."""
    for index in range(keys):
        modulus = lazy.call("firmware.update.trust_key", "key", index)
        begun = lazy.call("firmware.update.rsa_start", "start", modulus, signed)
        if begun:
            modulus = None
            power = await lazy.run("firmware.update.rsa_power", begun, signed)
            if lazy.call("firmware.update.rsa_block", "signs", power, len(signed), digest):
                return True
    return False
