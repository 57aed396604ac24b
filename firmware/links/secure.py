"""Puts TLS on a link's connection. Loaded for that and forgotten."""

from firmware import lazy

HANDSHAKE_MS = 5000  # two messages each way, and no long sums


async def run(link, identity, key):
    """Return when both sides have proved that they have the key; OSError, mostly a TlsError, when not."""
    link.expect(HANDSHAKE_MS)
    records = lazy.call("firmware.network.records", "Records", link.sock)
    try:
        await lazy.run("firmware.network.psk", records, identity, key)
    except OSError:
        link.turn += 1  # the next attempt tries the next proof
        raise
    link.key = key
    link.sock = records
