"""The hub's keys: memory decides who may connect, and a key is on the disk before a device hears of it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from firmware.protocol import guid
from twig.hub import clock
from twig.hub.errors import HubError
from twig.hub.events import Events
from twig.hub.keys.codes import Codes
from twig.hub.keys.device_keys import DeviceKeys
from twig.hub.keys.disk import Disk
from twig.hub.keys.joins import Joins
from twig.hub.keys.peer import Peer
from twig.hub.keys.vault import Vault
from twig.hub.log import Log
from twig.hub.store import Contents, Store

NONE, NEW, PRESENT, ROTATING = "none", "new", "present", "rotating"
log = Log("keys")


class Keyring:
    """Keys of devices, and join codes (`joins`); StartError where the vault does not open what was stored."""

    def __init__(
        self,
        store: Store,
        contents: Contents,
        vault: Vault,
        events: Events,
        limit: int,
        now_ms: Callable[[], int] = clock.now_ms,
    ) -> None:
        self._devices, self._codes = DeviceKeys(vault, contents.keys), Codes(vault, contents.codes)
        self._disk, self._now_ms = Disk(store, self._devices, self._codes), now_ms
        self.joins = Joins(self._disk, self._devices, self._codes, events, limit, now_ms)

    def find(self, identity: bytes) -> Peer | None:
        """Who has the key of that identity; None for what is unknown, dropped, used up or expired."""
        return self._devices.find(identity) or self._codes.find(identity, self._now_ms())

    def has(self, which: bytes) -> bool:
        """Whether a device has a key, or has been given one."""
        return self._devices.get(which) is not None

    def next(self, which: bytes) -> bytes | None:
        """The key that a device has not come back with yet."""
        found = self._devices.get(which)
        return found.next if found else None

    def state(self, which: bytes) -> str:
        """none, new (given, not accepted yet), present, or rotating (a next one waits)."""
        found = self._devices.get(which)
        if found is None:
            return NONE
        return (ROTATING if found.next else PRESENT) if found.present else NEW

    def accepted(self, which: bytes, key: bytes) -> None:
        """A device has been accepted under a key: where that was its next one, the old one is dropped."""
        found = self._devices.get(which)
        if found is None or found.next != key:
            return
        self._devices.put(which, replace(found, present=key, next=None))
        codes = self.joins.use_up(which)
        log.info("new key accepted", guid=guid.text(which))
        try:
            self._disk.save([which], codes)
        except HubError as error:  # the database has both keys: after a restart the device says again which
            log.warning("old key not dropped from the database", guid=guid.text(which), reason=error.text)

    def rotate(self, devices: Sequence[bytes]) -> "asyncio.Future[None]":
        """A next key for each device that has one and waits for none; done when stored. Busy, StoreError."""
        for which in devices:
            if self.state(which) == PRESENT:
                self._devices.renew(which, self._now_ms())
        return self._disk.save(devices)

    def revoke(self, which: bytes) -> "asyncio.Future[None]":
        """Drop a device's keys, and all codes under which it could get one; done when stored.

        Busy or StoreError: they are worth nothing now, but might be again after a restart; to be repeated.
        """
        self._devices.put(which, None)
        codes = self.joins.of(which)
        stored = self._disk.save([which], gone=[code.id for code in codes])
        self.joins.remove(codes)
        return stored
