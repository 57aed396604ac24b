"""Keys at rest: AES-256-GCM under the master key, each bound to its place."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from twig.hub.errors import StartError

NONCE = 12
REFUSED = (
    "The master key does not open the keys in this database: put back the master.key that belongs to it "
    "(or set TWIG_MASTER_KEY or TWIG_MASTER_KEY_FILE)."
)


class Vault:
    """Seals and opens secrets; `place` is what a secret belongs to: the column, and the row's own name."""

    def __init__(self, master: bytes) -> None:
        self._cipher = AESGCM(master)

    def seal(self, secret: bytes, *place: str) -> bytes:
        """A new nonce and the ciphertext, of use in its place only."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, secret, _bound(place))

    def open(self, sealed: bytes, *place: str) -> bytes:
        """The secret; StartError when master key or place are not those that it was sealed with."""
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], _bound(place))
        except (InvalidTag, ValueError):
            raise StartError(REFUSED) from None


def _bound(place: tuple[str, ...]) -> bytes:
    return "\0".join(place).encode()
