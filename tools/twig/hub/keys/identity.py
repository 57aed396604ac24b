"""PSK identities (protocol, section 10) as they stand in a ClientHello."""

from firmware.protocol import psk_identity


def of_device(guid: bytes, key: bytes) -> bytes:
    """What names a key of a device's own."""
    return str(psk_identity.of_device(guid, key)).encode()


def of_code(key: bytes) -> bytes:
    """What names the key of a join code."""
    return str(psk_identity.of_code(key)).encode()
