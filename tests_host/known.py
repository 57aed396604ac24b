"""Keys that a hub knows, without a join."""

from twig.hub.clock import now_ms
from twig.hub.hub import Hub
from twig.hub.keys.codes import Code
from twig.hub.keys.device_keys import Keys
from twig.hub.keys.peer import Peer

LONG_MS = 3_600_000


class Peers:
    """A keyring without a database: `find` is what a TLS context wants."""

    def __init__(self, *peers: Peer) -> None:
        self._peers = {peer.identity: peer for peer in peers}

    def find(self, identity: bytes) -> Peer | None:
        """Whose key that identity names."""
        return self._peers.get(identity)

    def drop(self, peer: Peer) -> None:
        """Its key is gone."""
        del self._peers[peer.identity]


def know(hub: Hub, *peers: Peer) -> None:
    """Let a hub know them, until it ends."""
    keys = hub._core.keys
    for peer in peers:
        if peer.guid:
            keys._devices.put(peer.guid, Keys(peer.key, None, now_ms()))
        else:
            code = Code(peer.code or 0, peer.identity, peer.key, None, None, now_ms() + LONG_MS)
            keys._codes.add(code)
