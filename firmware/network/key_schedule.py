"""The key schedule of psk_ke behind the early secret (RFC 8446, section 7.1). Loaded and forgotten."""

from firmware.network import hkdf

# Offsets in what `of_handshake` gives.
IV = 16
PROOF = 28
OURS = 60
MASTER = 120
# And for each side in what `of_data` gives.
SECRET = 28


def of_handshake(early, said):
    """For the server's records, then for ours, 60 bytes: key, IV, Finished's key. Then the master secret.

    `said`: all messages up to the ServerHello.
    """
    secret = _next(early)
    return _shake(secret, b"s hs traffic", said) + _shake(secret, b"c hs traffic", said) + _next(secret)


def of_data(master, said):
    """For the server's records, then for ours, 60 bytes: key, IV, traffic secret.

    `said`: all messages up to the server's Finished.
    """
    theirs, ours = hkdf.derive(master, b"s ap traffic", said), hkdf.derive(master, b"c ap traffic", said)
    return hkdf.keys(theirs) + theirs + hkdf.keys(ours) + ours


def _next(secret):
    """The next secret; where others exchange keys, psk_ke has zeros."""
    return hkdf.mac(hkdf.derive(secret, b"derived", ()), bytes(32))


def _shake(secret, label, said):
    traffic = hkdf.derive(secret, label, said)
    return hkdf.keys(traffic) + hkdf.expand(traffic, b"finished")
