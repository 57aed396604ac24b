"""The keys of devices in memory, found by identity and by GUID."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from firmware.protocol import guid
from twig.hub.keys import identity
from twig.hub.keys.peer import Peer
from twig.hub.keys.vault import Vault
from twig.hub.store.records import KeyRow

BYTES = 32
PRESENT, NEXT = "device_keys.present", "device_keys.next"


@dataclass(frozen=True)
class Keys:
    """The keys of one device, of which it has at least one; `next` has not been accepted yet."""

    present: bytes | None = field(repr=False)
    next: bytes | None = field(repr=False)
    created_ms: int

    def all(self) -> list[bytes]:
        """The keys that there are."""
        return [key for key in (self.present, self.next) if key]


class DeviceKeys:
    """All keys; StartError where the vault does not open them."""

    def __init__(self, vault: Vault, rows: Iterable[KeyRow]) -> None:
        self._vault = vault
        self._keys: dict[bytes, Keys] = {}
        self._peers: dict[bytes, Peer] = {}
        for row in rows:
            self.put(guid.parse(row.guid), self._opened(row))

    def find(self, which: bytes) -> Peer | None:
        """Whose key that identity names."""
        return self._peers.get(which)

    def get(self, which: bytes) -> Keys | None:
        """The keys of a device."""
        return self._keys.get(which)

    def put(self, which: bytes, keys: Keys | None) -> None:
        """A device has these keys from now on, or none."""
        old = self._keys.pop(which, None)
        for key in old.all() if old else []:
            del self._peers[identity.of_device(which, key)]
        if keys:
            self._keys[which] = keys
            for key in keys.all():
                name = identity.of_device(which, key)
                self._peers[name] = Peer(name, key, which, None)

    def renew(self, which: bytes, now_ms: int) -> bytes:
        """Give a device a next key in place of the one that it may have; the key."""
        keys = self._keys.get(which) or Keys(None, None, now_ms)
        key = os.urandom(BYTES)
        while identity.of_device(which, key) in self._peers:
            key = os.urandom(BYTES)
        self.put(which, replace(keys, next=key, created_ms=now_ms))
        return key

    def row(self, which: bytes) -> KeyRow:
        """The keys of a device that has some, sealed for the database."""
        keys, text = self._keys[which], guid.text(which)
        present = keys.present and self._vault.seal(keys.present, PRESENT, text)
        return KeyRow(text, present, keys.next and self._vault.seal(keys.next, NEXT, text), keys.created_ms)

    def _opened(self, row: KeyRow) -> Keys:
        present = row.present and self._vault.open(row.present, PRESENT, row.guid)
        return Keys(present, row.next and self._vault.open(row.next, NEXT, row.guid), row.created_ms)
