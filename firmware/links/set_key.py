"""What a SetKey says (PROTOCOL sections 3 and 10), and whether it may come here. Loaded and forgotten."""

import struct

from firmware.links.values import acknowledge
from firmware.protocol.commands import MALFORMED, REFUSED
from firmware.protocol.errors import ProtocolError

REQUEST = 2  # bytes of the request id
HEAD = 20  # bytes before the identity
KEY = 32


def checked(link, data):
    """(request id, hub's GUID, identity, key) when it may come here, else None, and the hub is told why."""
    if len(data) < REQUEST:
        raise ProtocolError(MALFORMED, "data too short")
    request = data[0] | data[1] << 8
    fields = _fields(data)
    why = _refusal(link, fields[0]) if fields else b"data too short"
    if why:
        acknowledge(link, request, REFUSED if fields else MALFORMED, why)
        return None
    return (request,) + fields


def _fields(data):
    """Hub GUID, identity, key, as in `layouts.SET_KEY`; the codec would be long. None: malformed."""
    if len(data) > HEAD:
        hub, size = struct.unpack_from("<16sH", data, REQUEST)
        key = bytes(data[HEAD + size : HEAD + size + KEY])
        if len(key) == KEY:
            return hub, bytes(data[HEAD : HEAD + size]), key
    return None


def _refusal(link, hub):
    """Why not a key of that hub; None when it may come."""
    if link.prover is None:
        return b"needs a keyed connection"
    return b"a key of another hub" if link.prover and hub != link.prover else None
