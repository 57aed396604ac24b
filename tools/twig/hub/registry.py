"""All devices that the hub knows; memory decides, the database follows."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from firmware.protocol import guid
from firmware.protocol.errors import ProtocolError
from twig.hub.clock import now_ms
from twig.hub.device import Device
from twig.hub.errors import DeviceUnknown
from twig.hub.events import Events
from twig.hub.flush import Flusher
from twig.hub.log import Log
from twig.hub.store.records import DeviceRecord, IORecord

if TYPE_CHECKING:
    from twig.hub.member import Member

log = Log("registry")


class Registry:
    """Devices by GUID, and everything that changes about them."""

    def __init__(self, records: Iterable[DeviceRecord], flusher: Flusher, events: Events) -> None:
        self._devices = {guid.parse(record.guid): Device(record) for record in records}
        self._flusher, self._events = flusher, events

    def __iter__(self) -> Iterator[Device]:
        return iter(self._devices.values())

    def __len__(self) -> int:
        return len(self._devices)

    def get(self, which: bytes) -> Device | None:
        """The device of 16 bytes, None when it is not known."""
        return self._devices.get(which)

    def find(self, text: str) -> Device:
        """The device of a printed GUID; DeviceUnknown."""
        try:
            return self._devices[guid.parse(text)]
        except (KeyError, ProtocolError):
            raise DeviceUnknown(text) from None

    def adopt(self, which: bytes, record: DeviceRecord) -> Device:
        """Take over what the database has just stored of a device that registered with its IOs."""
        device = self._devices.get(which)
        if device is None:
            device = self._devices[which] = Device(record)
            self._tell(device, "joined")
            return device
        record.may_have_children = device.record.may_have_children
        kept = {io.row: io for io in device.record.ios}
        for io in record.ios:
            if io.row in kept:
                io.value, io.value_ms = kept[io.row].value, kept[io.row].value_ms
        device.record, device.ios = record, {io.number: io for io in record.ios}
        self._changed(device, "changed")
        return device

    def update(self, device: Device, **columns: Any) -> None:
        """What a known device says of itself when it joins again, or what a person decides about it."""
        before = {name: getattr(device.record, name) for name in columns}
        if before != columns:
            for name, value in columns.items():
                setattr(device.record, name, value)
            self._changed(device, "changed")

    def online(self, device: Device, member: "Member") -> None:
        """The device has been accepted."""
        device.member = member
        device.record.joined_ms = device.record.last_seen_ms = now_ms()
        self._changed(device, "online")

    def offline(self, device: Device, member: "Member") -> None:
        """Its presence has ended, unless a newer one has taken over."""
        if device.member is member:
            device.record.last_seen_ms = member.seen_ms()
            device.member = None
            self._changed(device, "offline")

    def report(self, device: Device, io: IORecord, value: Any) -> None:
        """An IO has reported a value (plain JSON)."""
        changed = io.value != value or not io.value_ms
        io.value, io.value_ms = value, now_ms()
        self._flusher.value(io, changed)
        self._events.publish("value", guid=device.record.guid, io=io.number, value=value, time_ms=io.value_ms)

    def status(self, device: Device, status: dict[str, Any]) -> None:
        """A status report came."""
        device.status, device.status_ms = status, now_ms()
        self._events.publish("status", guid=device.record.guid, status=status, time_ms=device.status_ms)

    def identify(self, device: Device) -> None:
        """Somebody at the device wants to know which one it is here."""
        device.identified_ms = now_ms()
        self._events.publish("identify", guid=device.record.guid, time_ms=device.identified_ms)

    def _changed(self, device: Device, change: str) -> None:
        self._flusher.device(device.record)
        self._tell(device, change)

    def _tell(self, device: Device, change: str) -> None:
        self._events.publish("device", guid=device.record.guid, change=change)
