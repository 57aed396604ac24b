"""Why a connection's TLS failed, in words for the log."""

import re

from OpenSSL import SSL

from firmware.protocol import guid
from twig.hub.errors import HubError
from twig.hub.keys.peer import Peer

DEVICE = re.compile(rb"d:([0-9a-f]{32}):[0-9a-f]{8}")
NO_PROOF = "binder does not verify"
WORDS = {
    "cipher operation failed": "a record was changed on the way",
    "wrong version number": "it does not speak TLS",
    "unsupported protocol": "it speaks no TLS 1.3",
    "no shared cipher": "it does not offer TLS_AES_128_CCM_SHA256",
    "no suitable key share": "it offers no shared key, or wants a key exchange with it",
}


class TlsFault(HubError):
    """What the peer did wrong in TLS."""


def fault(error: SSL.Error, asked: tuple[bytes, Peer | None] | None) -> TlsFault:
    """What OpenSSL did not like; `asked`: the identity that it offered, if it did, and whose that is."""
    reason = _reason(error)
    if reason == NO_PROOF and asked:
        return TlsFault(f"TLS: {_who(*asked)}")
    return TlsFault(f"TLS: {WORDS.get(reason, reason)}")


def _reason(error: SSL.Error) -> str:
    """The first of OpenSSL's."""
    queue = error.args[0] if error.args else None
    return str(queue[0][2]) if isinstance(queue, list) and queue else repr(error)


def _who(identity: bytes, peer: Peer | None) -> str:
    """Whose key it should have."""
    device, key = DEVICE.fullmatch(identity), "a key"
    if device:
        key = f"the key of {guid.text(bytes.fromhex(device[1].decode()))}"
    elif identity.startswith(b"j:"):
        key = "the key of a join code"
    return f"it does not have {key}" if peer else f"it offers {key}, which is not known here"
