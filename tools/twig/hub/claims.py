"""Ids of the legacy protocol that devices bring along: each is claimed once (section 4)."""

from collections.abc import Sequence

from twig.hub.clock import now_ms
from twig.hub.device import Device
from twig.hub.errors import HubError
from twig.hub.log import Log
from twig.hub.store import Store, devices
from twig.hub.store.records import DeviceRecord

log = Log("claims")


class Claims:
    """Which device has claimed which old id."""

    def __init__(self, store: Store, owners: dict[int, int]) -> None:
        self._store, self._owners = store, owners

    def claim(self, device: Device, old_ids: Sequence[int], peer: str) -> None:
        """Give a device its old ids, except those that another one has; each claim is logged."""
        record = device.record
        new = [old for old in dict.fromkeys(old_ids) if old not in self._owners]
        taken = [old for old in old_ids if self._owners.get(old, record.row) != record.row]
        if taken:
            log.warning(
                "old ids refused", peer=peer, guid=record.guid, ids=taken, reason="claimed by another device"
            )
        if new:
            self._take(record, new, peer)

    def _take(self, record: DeviceRecord, new: Sequence[int], peer: str) -> None:
        try:
            self._store.run(lambda connection: devices.claim(connection, record.row, new, now_ms()))
        except HubError as error:
            log.warning("old ids not claimed", peer=peer, guid=record.guid, ids=new, reason=error.text)
            return
        self._owners |= dict.fromkeys(new, record.row)
        log.info("old ids claimed", peer=peer, guid=record.guid, ids=new)
