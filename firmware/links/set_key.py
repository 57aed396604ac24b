"""SetKey (PROTOCOL sections 3 and 10): a key of this device's own. Loaded for that and forgotten."""

import struct

from firmware import lazy
from firmware.links.values import acknowledge
from firmware.protocol.commands import DONE, INTERNAL, MALFORMED, REFUSED
from firmware.protocol.errors import ProtocolError

REQUEST = 2  # bytes of the request id
HEAD = 20  # bytes before the identity
KEY = 32


def take(link, data):
    """Keep the key and acknowledge; then OSError: the connection is made again, under the new key."""
    if len(data) < REQUEST:
        raise ProtocolError(MALFORMED, "data too short")
    request = data[0] | data[1] << 8
    fields = _fields(data)
    why = _refusal(link, *fields) if fields else b"data too short"
    if why:
        acknowledge(link, request, REFUSED if fields else MALFORMED, why)
        return
    hub, _, key = fields
    by_code = not link.prover
    try:
        new = lazy.call("firmware.storage.hub_keys", "put", hub, key, by_code)
        if by_code and hub != link.hub:
            lazy.call("firmware.links.identity", "save", link.guid, hub)  # sought first from now on
            link.hub = hub
    except OSError as error:
        acknowledge(link, request, INTERNAL, b"not stored: " + str(error).encode())
        return
    acknowledge(link, request, DONE)
    link.turn = 0
    link.again = by_code and new  # else it is no hurry
    raise OSError("has given a key: again under it")


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
