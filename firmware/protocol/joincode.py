"""Join codes (PROTOCOL section 10): checked, made, turned into a key. On a device imported at set-up only."""

import hashlib
from binascii import hexlify

from firmware.protocol.commands import MALFORMED
from firmware.protocol.errors import ProtocolError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
RANDOM_BYTES = 7
MODULUS = 31
ROUNDS = 1000
SALT = b"twig join"
BLOCK = 64  # of SHA-256
# Phones make long dashes of short ones.
READ_AS = (("-", ""), ("\u2013", ""), ("\u2014", ""), (" ", ""), ("O", "0"), ("I", "1"), ("L", "1"))


def normalise(text):
    """The 12 upper-case characters of a code as a person types it; ProtocolError that says what is wrong."""
    code = text.upper()
    for typed, meant in READ_AS:
        code = code.replace(typed, meant)
    for each in code:
        if each not in ALPHABET:
            raise ProtocolError(MALFORMED, "a join code has no %s" % each)
    if len(code) != LENGTH:
        raise ProtocolError(MALFORMED, "a join code has 12 characters, not %d" % len(code))
    if code[-1] != check_character(code[:-1]):
        raise ProtocolError(MALFORMED, "this join code has a typing error: compare it character by character")
    return code


def check_character(eleven):
    """The last character that belongs to the first eleven."""
    total = 0
    for place in range(len(eleven)):
        total += (place + 1) * ALPHABET.index(eleven[place])
    return ALPHABET[total % MODULUS]


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


def key(text):
    """K, 32 bytes, of a code as typed: PBKDF2-HMAC-SHA256 of 1,000 rounds. Takes about a second on a chip."""
    inner, outer = _pads(normalise(text).encode())
    block = _hmac(inner, outer, SALT + b"\0\0\0\1")
    total = int.from_bytes(block, "big")
    for _ in range(ROUNDS - 1):
        block = _hmac(inner, outer, block)
        total ^= int.from_bytes(block, "big")
    return total.to_bytes(len(block), "big")


def identity(key):
    """The PSK identity of K: `j:` and 16 hex digits."""
    inner, outer = _pads(key)
    return "j:" + hexlify(_hmac(inner, outer, b"identity")[:8]).decode()


def _pads(secret):
    """What HMAC puts before the two hashes, for a secret of at most one block."""
    secret += b"\0" * (BLOCK - len(secret))
    return bytes([each ^ 0x36 for each in secret]), bytes([each ^ 0x5C for each in secret])


def _hmac(inner, outer, message):
    return hashlib.sha256(outer + hashlib.sha256(inner + message).digest()).digest()
