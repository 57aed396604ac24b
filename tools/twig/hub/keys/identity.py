"""PSK identities (protocol, section 10): what a device names its key by in the ClientHello."""

from firmware.protocol import hmac

SHOWN = 4  # bytes of the digest that tell a device's present key from its next one


def of_device(guid: bytes, key: bytes) -> bytes:
    """`d:`, the GUID as 32 hex digits, `:`, and 8 hex digits of the key."""
    inner, outer = hmac.pads(key)
    digest: bytes = hmac.digest(inner, outer, b"identity")
    return b"d:%s:%s" % (guid.hex().encode(), digest[:SHOWN].hex().encode())
