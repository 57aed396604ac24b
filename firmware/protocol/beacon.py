"""The discovery datagrams of PROTOCOL section 1."""

import struct

from firmware.protocol.commands import MALFORMED
from firmware.protocol.errors import ProtocolError

GROUP = "239.255.38.26"
PORT = 7260
SOLICIT = b"TWIG?"
BACKUP = 1
DEVELOPMENT = 2
MAX_ENTRIES = 16
HEADER = 28

# Protocol ids of the entries.
TCP = 1
TLS = 2
LEGACY = 3
MQTT = 4
HTTP = 5
RELEASES = 6


def encode(flags, address, hub, entries):
    """A beacon; address is 4 bytes (zeros: the datagram's source), entries are (protocol id, port)."""
    head = struct.pack("<4sBBH4s16s", b"TWIG", 1, len(entries), flags, address, hub)
    return head + b"".join([struct.pack("<BH", protocol, port) for protocol, port in entries])


def decode(data):
    """(flags, address as "a.b.c.d" or None for the source, hub GUID, known entries), or ProtocolError."""
    if len(data) < HEADER:
        raise ProtocolError(MALFORMED, "beacon too short")
    magic, version, count, flags, address, hub = struct.unpack_from("<4sBBH4s16s", data)
    if magic != b"TWIG" or not version or not 1 <= count <= MAX_ENTRIES or len(data) < HEADER + 3 * count:
        raise ProtocolError(MALFORMED, "not a beacon")
    entries = [struct.unpack_from(b"<BH", data, HEADER + 3 * i) for i in range(count)]
    known = [entry for entry in entries if TCP <= entry[0] <= RELEASES]
    source = None if address == b"\0\0\0\0" else "%d.%d.%d.%d" % tuple(address)
    return flags & (BACKUP | DEVELOPMENT), source, hub, known
