"""Join codes (PROTOCOL section 10): checked and made. On a device loaded at set-up only."""

from firmware.protocol.commands import MALFORMED
from firmware.protocol.errors import ProtocolError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
RANDOM_BYTES = 7
MODULUS = 31
# Phones make long dashes of short ones.
READ_AS = (("-", ""), ("\u2013", ""), ("\u2014", ""), (" ", ""), ("O", "0"), ("I", "1"), ("L", "1"))


def normalise(text):
    """The 12 upper-case characters of a code as a person types it; ProtocolError that says what is wrong."""
    code = text.upper()
    for typed, meant in READ_AS:
        code = code.replace(typed, meant)
    strange = code.strip(ALPHABET)
    if strange:
        raise ProtocolError(MALFORMED, "a join code has no %s" % strange[:1])
    if len(code) != LENGTH:
        raise ProtocolError(MALFORMED, "a join code has 12 characters, not %d" % len(code))
    if code[-1:] != check_character(code[:-1]):
        raise ProtocolError(MALFORMED, "this join code has a typing error: compare it character by character")
    return code


def check_character(eleven):
    """The last character that belongs to the first eleven."""
    total = 0  # slices below: MicroPython keeps every character that is taken out by an index
    for place in range(len(eleven)):
        total += (place + 1) * ALPHABET.index(eleven[place : place + 1])
    at = total % MODULUS
    return ALPHABET[at : at + 1]


def generate(random):
    """A new code, `XXXX-XXXX-XXXX`, of the last 55 bits of 7 random bytes; ValueError for more or fewer."""
    if len(random) != RANDOM_BYTES:
        raise ValueError("a join code needs 7 random bytes")
    bits = int.from_bytes(random, "big")
    eleven = ""
    for place in range(LENGTH - 2, -1, -1):
        eleven += ALPHABET[bits >> 5 * place & 31]
    return show(eleven + check_character(eleven))


def show(code):
    """12 characters as people read them."""
    return "-".join((code[:4], code[4:8], code[8:]))
