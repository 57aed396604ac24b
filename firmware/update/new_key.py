"""Another key in the place of a trusted one, by an OfferKey (PROTOCOL section 7). Loaded and forgotten."""

import struct
from hashlib import sha256

from firmware.storage import atomic
from firmware.update import key_link, signature, trust_file, trusted
from firmware.update.errors import Refused
from firmware.update.trust_file import SEQUENCE, SERIAL
from firmware.update.trust_key import HEAD, MODULUS, PATH


async def take(link, signed):
    """True; False where it was taken before.

    Refused says why not; OSError: it is not stored.
    """
    raw = trust_file.load()
    if not raw:
        raise Refused(trusted.NOBODY)
    keys, newest, _ = trust_file.head()
    index, key, serial = key_link.fields(link)
    at = HEAD + index * MODULUS
    if at >= len(raw):
        raise Refused("no key %d to replace" % index)
    if serial == newest and raw[at : at + MODULUS] == key:
        return False  # its acknowledgement was lost
    if serial <= newest:
        raise Refused("serial not greater than %d" % newest)
    if not await signature.run(keys, sha256(link).digest(), signed):
        raise Refused(signature.BAD)
    raw = raw[:at] + key + raw[at + MODULUS :]
    atomic.write(PATH, raw[:SERIAL] + struct.pack("<I", serial) + raw[SEQUENCE:])
    return True
