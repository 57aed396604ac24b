"""What people do about updates of single devices."""

from twig.hub.core import Core
from twig.hub.errors import HasRolledBack, Refused, UpdateUnderWay
from twig.hub.log import Log
from twig.hub.releases import choose
from twig.hub.updates.update import REFUSED
from twig.hub.views import DeviceView

NO_CODE = 10  # of the protocol's error codes: refused
log = Log("updates")


class UpdateDesk:
    """The part of a hub's face that is about updates."""

    _core: Core

    async def update(self, guid: str, release: str | None = None, again: bool = False) -> DeviceView:
        """Offer a device a release (version or SHA-256), or the newest, now or when it comes. Any HubError.

        Returns once the device has answered; Refused when that was a no. `again`: even one that it has rolled
        back from.
        """
        device = self._core.registry.find(guid)
        found = choose.for_board(self._core.releases.all(), device.record.model, release)
        present = device.update
        if present and present.is_active and present.manifest != found.manifest:
            raise UpdateUnderWay(device.label, present.version, present.state)
        if found.manifest in device.rolled_back and not again:
            raise HasRolledBack(device.label, found.version)
        self._core.updates.forgive(device, found.manifest)
        log.info("update wanted", guid=device.record.guid, version=found.version, sequence=found.sequence)
        self._core.updates.want(device, found)
        await self._core.updates.settled(device)
        if device.update and device.update.state == REFUSED:
            raise Refused(device.label, NO_CODE, device.update.reason)
        return self._core.view(device)

    def withdraw_update(self, guid: str) -> DeviceView:
        """Offer a device no longer what it has not taken yet. DeviceUnknown, NoOffer."""
        device = self._core.registry.find(guid)
        self._core.updates.withdraw(device)
        return self._core.view(device)
