"""HKDF-SHA256 (RFC 5869) as the key schedule of TLS 1.3 uses it (RFC 8446, section 7.1)."""

from firmware.protocol import hmac

KEY = 16  # bytes of AES-128's
IV = 12


def mac(secret, message):
    """HMAC-SHA256; also HKDF-Extract, with the salt as secret."""
    inner, outer = hmac.pads(secret)
    return hmac.digest(inner, outer, message)


def expand(secret, label, context=b"", length=32):
    """HKDF-Expand-Label of at most 32 bytes."""
    label = b"tls13 " + label
    info = bytes((0, length, len(label))) + label + bytes((len(context),)) + context
    return mac(secret, info + b"\1")[:length]


def derive(secret, label, messages):
    """Derive-Secret over the handshake's messages so far, a list."""
    return expand(secret, label, hmac.hashed(messages))


def keys(secret):
    """Key and IV of a traffic secret: 28 bytes."""
    return expand(secret, b"key", b"", KEY) + expand(secret, b"iv", b"", IV)


def finished(secret, messages):
    """What a Finished message says; a binder, too."""
    return mac(expand(secret, b"finished"), hmac.hashed(messages))
