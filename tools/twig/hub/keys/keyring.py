"""The keys that open a connection, by the identity under which a device offers them."""

from twig.hub.keys.peer import Peer


class Keyring:
    """All of them, in memory."""

    def __init__(self) -> None:
        self._peers: dict[bytes, Peer] = {}

    def find(self, identity: bytes) -> Peer | None:
        """Whose key it is, None for an identity that is not known."""
        return self._peers.get(identity)

    def add(self, peer: Peer) -> None:
        """Let it in from now on."""
        self._peers[peer.identity] = peer

    def drop(self, identity: bytes) -> None:
        """Do not let it in any longer."""
        self._peers.pop(identity, None)
