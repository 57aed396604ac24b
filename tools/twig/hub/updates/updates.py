"""Every device's update: what is wanted, offered, and reported of it."""

from dataclasses import asdict, replace

from firmware.protocol import commands
from twig.hub import clock
from twig.hub.device import Device
from twig.hub.errors import DeviceOffline, HubError, NoOffer, Refused
from twig.hub.events import Events
from twig.hub.flush import Flusher
from twig.hub.log import Log
from twig.hub.registry import Registry
from twig.hub.releases import Releases
from twig.hub.releases.index import Release
from twig.hub.store.updates import UpdateRows
from twig.hub.updates.backoff import Backoff
from twig.hub.updates.offers import Offers
from twig.hub.updates.update import OFFERED, REFUSED, ROLLED_BACK, WAITING, WITHDRAWN, Update
from twig.hub.updates.verdict import judged

# A device under way that says nothing for so long is offered the release again: it goes on, says that it is
# busy, or that it has it. A plug in bad Wi-Fi needs minutes from one report to the next.
SILENCE_MS = 900_000
FETCHES = 5  # attempts of a device that did not get what it asked for
GONE = "the hub has this release no longer"
log = Log("updates")


class Updates:
    """Follows the updates of all devices; memory decides, the database follows."""

    def __init__(
        self, registry: Registry, kept: UpdateRows, releases: Releases, flusher: Flusher, events: Events
    ) -> None:
        self._releases, self._flusher, self._events = releases, flusher, events
        self._backoff, self._offers = Backoff(), Offers(self._answered)
        self._open: dict[str, Device] = {}
        self._left: dict[str, str] = {}
        self._started_ms = clock.now_ms()
        rows = {device.record.row: device for device in registry}
        for row, update in kept.updates.items():
            rows[row].update = update
            self._sort(rows[row])
        for row, manifest in kept.rollbacks:
            rows[row].rolled_back.add(manifest)

    def want(self, device: Device, release: Release) -> None:
        """Offer a release to a device, now or when it comes; one that it is under way to stays as it is."""
        update = device.update
        if update is None or update.manifest != release.manifest or not update.is_open:
            self._backoff.forget(device.record.guid)
            self._set(device, Update(release.manifest, release.version, release.sequence, WAITING))
        self.tend(device)
        self._try(device)

    def withdraw(self, device: Device) -> None:
        """Offer it no longer what it has not taken yet; NoOffer."""
        if device.update is None or device.update.state != WAITING:
            raise NoOffer(device.label)
        self._set(device, replace(device.update, state=WITHDRAWN))

    def leave(self, device: Device, manifest: str) -> None:
        """Never offer a device that release again by ourselves, whatever it says, until somebody wants it."""
        self._left[device.record.guid] = manifest

    def tend(self, device: Device) -> None:
        """The opposite: offer again where another attempt may help."""
        self._left.pop(device.record.guid, None)

    def forgive(self, device: Device, manifest: str) -> None:
        """A device may be offered again what it has rolled back from."""
        if manifest in device.rolled_back:
            device.rolled_back.discard(manifest)
            self._flusher.rollback(device.record.row, manifest, None)

    def online(self, device: Device) -> None:
        """A device has been accepted: it gets the offer that waits for it."""
        self._try(device)

    def tick(self) -> None:
        """Offer what is due, and again where nothing has been heard of for long."""
        for device in list(self._open.values()):
            if device.member is not None and device.update and self._is_silent(device, device.update):
                log.info("update silent", guid=device.record.guid, state=device.update.state)
                self._set(device, replace(device.update, state=WAITING))
            self._try(device)

    async def settled(self, device: Device) -> None:
        """Wait until a device has answered the offer that is under way to it."""
        await self._offers.settled(device.record.guid)

    async def close(self) -> None:
        """The hub stops."""
        await self._offers.close()

    def news_ms(self, device: Device) -> int:
        """When something was heard of a device's update; a hub or a device that was away does not count."""
        told_ms = device.update.time_ms if device.update else 0
        return max(told_ms, self._started_ms, device.record.joined_ms)

    def report(self, device: Device, state: str, version: str, percent: int, reason: str) -> None:
        """UpdateReport."""
        before = self._subject(device, version)
        if device.update and device.update.is_open and before is not device.update:
            if state == ROLLED_BACK:  # late, of another release: not what the present offer is judged by
                self._shun(device, before.manifest)
            return
        told = replace(before, state=state, percent=min(percent, 100), reason=reason)
        self._take(device, before, told)

    def _subject(self, device: Device, version: str) -> Update:
        """What a report is about: the update that is known, or one that another hub has offered."""
        if device.update and device.update.version == version:
            return device.update
        every = [each for each in self._releases.all() if device.record.model in each.boards]
        found = next((each for each in every if each.version == version), None)
        return Update(found.manifest if found else "", version, found.sequence if found else 0, OFFERED)

    def _take(self, device: Device, before: Update, told: Update) -> None:
        """The device has said how far it is; where it refuses, another attempt may help."""
        release = self._releases.get(told.manifest)
        after = judged(told, device.record.firmware, len(release.signatures) if release else 0)
        is_same = after.state == WAITING and after.signature == before.signature
        if is_same and self._backoff.later(device.record.guid, clock.now_ms()) >= FETCHES:
            after = told
        if after.state == WAITING and self._is_left(device, after):
            after = told
        self._set(device, after)
        self._try(device)

    def _answered(self, device: Device, sent: Update, error: HubError | None) -> None:
        """What came of an offer, unless more is known by now: a report may come together with the answer."""
        if device.update is not sent:
            self._overtaken(device, sent, error)
        elif error is None:
            self._set(device, replace(sent, state=OFFERED, percent=0, reason=""))
        elif isinstance(error, Refused) and error.code != commands.BUSY:
            self._take(device, sent, replace(sent, state=REFUSED, reason=error.reason))
        elif not isinstance(error, DeviceOffline):  # that one gets it when it comes
            self._backoff.later(device.record.guid, clock.now_ms())

    def _overtaken(self, device: Device, sent: Update, error: HubError | None) -> None:
        """An offer that was withdrawn while it was on its way may have been taken; another one may wait."""
        update = device.update
        if update and update.state == WITHDRAWN and update.manifest == sent.manifest and error is None:
            self._set(device, replace(update, state=OFFERED))
        self._try(device)

    def _try(self, device: Device) -> None:
        """Send the offer that waits, if it may be sent now."""
        update = device.update
        if update is None or update.state != WAITING or device.member is None:
            return
        if self._backoff.is_due(device.record.guid, clock.now_ms()):
            release = self._releases.get(update.manifest)
            if release:
                self._offers.send(device, update, release)
            else:
                self._set(device, replace(update, state=REFUSED, reason=GONE))

    def _is_silent(self, device: Device, update: Update) -> bool:
        is_silent = update.is_active and clock.now_ms() - self.news_ms(device) > SILENCE_MS
        return is_silent and not self._is_left(device, update)

    def _is_left(self, device: Device, update: Update) -> bool:
        return self._left.get(device.record.guid) == update.manifest

    def _set(self, device: Device, update: Update) -> None:
        device.update = update = replace(update, time_ms=clock.now_ms())
        self._flusher.update(device.record.row, update)
        if update.state == ROLLED_BACK:
            self._shun(device, update.manifest)
        self._sort(device)
        self._events.publish("update", guid=device.record.guid, **shown(update))

    def _shun(self, device: Device, manifest: str) -> None:
        """Not to be offered again by itself."""
        if manifest:
            device.rolled_back.add(manifest)
            self._flusher.rollback(device.record.row, manifest, clock.now_ms())

    def _sort(self, device: Device) -> None:
        """Keep those at hand that `tick` has to look at."""
        if device.update and device.update.is_open:
            self._open[device.record.guid] = device
        else:
            self._open.pop(device.record.guid, None)
            self._backoff.forget(device.record.guid)


def shown(update: Update) -> dict[str, object]:
    """The fields that people see: which signature was tried is the hub's own business."""
    found = asdict(update)
    del found["signature"]
    return found
