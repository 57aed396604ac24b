"""PSK identities (PROTOCOL section 10): what a device names a key by in its ClientHello, as ASCII text."""

from binascii import hexlify

from firmware.protocol import hmac

# Bytes of the key's digest that are told.
OF_CODE = 8
OF_DEVICE = 4


def of_code(key):
    """`j:` and 16 hex digits, for the key of a join code."""
    return "j:" + _digest(key, OF_CODE)


def of_device(guid, key):
    """`d:`, the device's GUID as 32 hex digits, `:`, and 8 hex digits that tell its keys apart."""
    return "d:" + hexlify(guid).decode() + ":" + _digest(key, OF_DEVICE)


def _digest(key, count):
    inner, outer = hmac.pads(key)
    return hexlify(hmac.digest(inner, outer, b"identity")[:count]).decode()
