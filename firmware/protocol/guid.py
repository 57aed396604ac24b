"""GUIDs: 16 bytes in RFC 4122 order, and the reserved ones of PROTOCOL section 2."""

from binascii import hexlify, unhexlify

from firmware.protocol.commands import MALFORMED
from firmware.protocol.errors import ProtocolError

SERVER = b"\0" * 16
UNASSIGNED = b"\xff" * 16
PARENT = b"\xfe" + b"\xff" * 15


def text(guid):
    """16 bytes as 8-4-4-4-12 lower-case hex."""
    h = hexlify(guid).decode()
    return "-".join((h[:8], h[8:12], h[12:16], h[16:20], h[20:]))


def parse(string):
    """The 16 bytes of a printed GUID; ProtocolError when it is none."""
    try:
        guid = unhexlify(string.replace("-", ""))
    except ValueError:
        guid = b""
    if len(guid) != 16 or text(guid) != string.lower():
        raise ProtocolError(MALFORMED, "not a GUID: " + string)
    return guid
