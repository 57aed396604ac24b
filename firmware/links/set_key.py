"""What a SetKey says (PROTOCOL sections 3 and 10), and whether it may be. Loaded for that and forgotten."""

import struct

from firmware import lazy
from firmware.links.values import acknowledge
from firmware.protocol.commands import MALFORMED, REFUSED
from firmware.protocol.errors import ProtocolError

REQUEST = 2  # bytes of the request id
HEAD = 20  # bytes before the identity
KEY = 32


def checked(link, data):
    """(request id, hub's GUID, key) when it may be kept, else None, and the hub is told why."""
    if len(data) < REQUEST:
        raise ProtocolError(MALFORMED, "data too short")
    request = data[0] | data[1] << 8
    fields = _fields(data)
    why = _refusal(link, *fields) if fields else b"data too short"
    if why:
        acknowledge(link, request, REFUSED if fields else MALFORMED, why)
        return None
    return request, fields[0], fields[2]


def _fields(data):
    """Hub GUID, identity, key, as in `layouts.SET_KEY`; the codec would be long. None: malformed."""
    if len(data) > HEAD:
        hub, size = struct.unpack_from("<16sH", data, REQUEST)
        key = bytes(data[HEAD + size : HEAD + size + KEY])
        if len(key) == KEY:
            return hub, bytes(data[HEAD : HEAD + size]), key
    return None


def _refusal(link, hub, name, key):
    """Why not; None when it may be so."""
    if link.prover is None:
        return b"needs a keyed connection"
    if link.prover and hub != link.prover:
        return b"a key of another hub"
    if name != lazy.call("firmware.protocol.psk_identity", "of_device", link.guid, key).encode():
        return b"an identity that is not of this device and key"
    return None
