"""What an OfferKey's link says (PROTOCOL section 7): canonical JSON and nothing else."""

from binascii import hexlify, unhexlify

from firmware.update import limbs, trust_file, trust_key
from firmware.update.errors import Refused

FORM = '{"index":%d,"key":"%s","serial":%d}'
INDEX = 9  # where its digit stands
KEY = 18
AFTER_KEY = 11  # bytes from the key's end to the digits of the serial
MOST_SERIAL = 0xFFFFFFFF
BAD = "link not as it should be"


def fields(link):
    """(index, 384 bytes of the key, serial); Refused for any other bytes."""
    try:
        end = link.find(b'"', KEY)
        index, digits, serial = int(link[INDEX : INDEX + 1]), link[KEY:end], int(link[end + AFTER_KEY : -1])
        good = (FORM % (index, digits.decode(), serial)).encode() == link and 0 < serial <= MOST_SERIAL
        key = _key(digits)
    except ValueError:
        good = False
    if not good:
        raise Refused(BAD)
    if not trust_file.usable(limbs.of(key)):
        raise Refused("key cannot be used")
    return index, key, serial


def _key(digits):
    """384 bytes of lower-case digits, two a byte, without zeros before them; ValueError."""
    key = unhexlify(digits)
    if hexlify(key) != digits or key[:1] == b"\0" or len(key) > trust_key.MODULUS:
        raise ValueError
    return b"\0" * (trust_key.MODULUS - len(key)) + key
