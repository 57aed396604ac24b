"""What a device says of itself and its IOs (PROTOCOL sections 3 and 5). Loaded for that and forgotten."""

import struct
from hashlib import sha256

from firmware.protocol import layouts
from firmware.protocol.commands import IOS_COMPLETE, READABLE, REGISTER_IO, VERSION, WRITABLE


def of_device(link):
    """The data of RegisterDevice."""
    digest = sha256()
    for io in link.ios:
        digest.update(_describe(io))
    about = b"".join([_text(each) for each in link.about])
    return struct.pack("<BI16s", VERSION, 0, link.parent) + about + digest.digest()[:4] + b"\0"  # no old ids


async def run(link):
    """Send every RegisterIO, then IOsComplete."""
    for io in link.ios:
        link.send(REGISTER_IO, _describe(io), more=True)
    link.send(IOS_COMPLETE, struct.pack(layouts.IOS_COMPLETE, len(link.ios)))


def _describe(io):
    flags = READABLE | WRITABLE if io.writable else READABLE
    kind = _text(io.kind) + b"\0\0\0"  # and neither unit nor limits
    return bytes((io.id, flags)) + io.descriptor + _text(io.name) + kind


def _text(text):
    raw = text.encode()
    return struct.pack("<H", len(raw)) + raw
