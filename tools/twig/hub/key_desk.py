"""What people do about keys at a hub: join codes, rotation, revocation."""

from firmware.protocol import guid as guids
from twig.hub import handover
from twig.hub.core import Core
from twig.hub.errors import NoKey
from twig.hub.keys.joins import MINUTES
from twig.hub.keys.keyring import PRESENT, ROTATING
from twig.hub.log import Log
from twig.hub.server import Server
from twig.hub.views import DeviceView, JoinCodeView, NewJoinCode

# Devices whose next keys go into one transaction; then others get their turn.
SLICE = 500
REVOKED = "its key has been revoked"
log = Log("keys")


class KeyDesk:
    """The part of a hub's face that is about keys."""

    _core: Core
    _server: Server

    async def join_code(self, for_guid: str | None = None, minutes: int = MINUTES) -> NewJoinCode:
        """A code with which one device, new or the named one, may join within that time. Any HubError."""
        device = self._core.registry.find(for_guid) if for_guid is not None else None
        which = guids.parse(device.record.guid) if device else None
        made = await self._core.keys.joins.add(which, minutes)
        log.info("join code made", join_code=made.id, guid=for_guid or "", minutes=minutes)
        return made

    def join_codes(self) -> list[JoinCodeView]:
        """The codes that are open, and those that have been of late."""
        return self._core.keys.joins.views()

    async def cancel_code(self, number: int) -> None:
        """End a join code; the device that has taken it and not come back yet is out, too. CodeUnknown."""
        await self._core.keys.joins.cancel(number)
        log.info("join code cancelled", join_code=number)

    async def rotate(self, guid: str) -> DeviceView:
        """Give a device a next key, now or when it next comes; returns when it is stored. NoKey."""
        device = self._core.registry.find(guid)
        which = guids.parse(device.record.guid)
        if self._core.keys.state(which) not in (PRESENT, ROTATING):
            raise NoKey(device.label)
        await self._rotate([which])
        return self._core.view(device)

    async def rotate_all(self) -> list[DeviceView]:
        """Give a next key to every device that has one; those that it waits for."""
        keys = self._core.keys
        every = [guids.parse(device.record.guid) for device in self._core.registry]
        every = [which for which in every if keys.state(which) in (PRESENT, ROTATING)]
        for start in range(0, len(every), SLICE):
            await self._rotate(every[start : start + SLICE])
        found = map(self._core.registry.get, every)
        return [self._core.view(device) for device in found if device]

    async def revoke(self, guid: str) -> DeviceView:
        """Drop a device's keys and end its connection; returns once the database forgot them. Any HubError.

        Where it has none only the database is told, again: the first attempt may have failed.
        """
        device = self._core.registry.find(guid)
        which = guids.parse(device.record.guid)
        member = self._core.seats.get(which) if self._core.keys.has(which) else None
        stored = self._core.keys.revoke(which)
        if member:
            member.session.expel(member, REVOKED)
        self._server.end(which, REVOKED)  # what has not registered yet
        await stored
        log.info("key revoked", guid=device.record.guid)
        return self._core.view(device)

    async def _rotate(self, devices: list[bytes]) -> None:
        await self._core.keys.rotate(devices)
        for which in devices:
            member = self._core.seats.get(which)
            if member and member.admitted:
                handover.renew(member)
