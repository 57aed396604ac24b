"""A device as the hub knows it in memory."""

from typing import TYPE_CHECKING, Any

from firmware.protocol import commands
from twig.hub import plain
from twig.hub.errors import IOUnknown
from twig.hub.store.records import DeviceRecord, IORecord
from twig.hub.updates.update import Update
from twig.hub.views import DeviceView, IOView

if TYPE_CHECKING:
    from twig.hub.member import Member


class Device:
    """A known device; `member` is its admitted presence, None while it is offline."""

    def __init__(self, record: DeviceRecord) -> None:
        self.record = record
        self.ios = {io.number: io for io in record.ios}
        self.status: dict[str, Any] | None = None
        self.status_ms = 0
        self.identified_ms = 0
        self.update: Update | None = None
        self.rolled_back: set[str] = set()  # manifests of the releases that it has gone back from
        self.member: Member | None = None

    @property
    def label(self) -> str:
        """What to call it in a sentence."""
        return self.record.name or self.record.guid

    def io(self, number: int) -> IORecord:
        """One of its IOs; IOUnknown."""
        try:
            return self.ios[number]
        except KeyError:
            raise IOUnknown(self.label, number) from None

    def view(self, key: str = "none") -> DeviceView:
        """A snapshot; `key` is the state of its key."""
        record = self.record
        return DeviceView(
            guid=record.guid,
            name=record.name,
            model=record.model,
            firmware=record.firmware,
            online=self.member is not None,
            address=record.address,
            parent=record.parent,
            joined_ms=record.joined_ms,
            last_seen_ms=self.member.seen_ms() if self.member else record.last_seen_ms,
            ios=[io_view(io) for io in record.ios],
            status=self.status,
            status_ms=self.status_ms,
            identified_ms=self.identified_ms,
            may_have_children=record.may_have_children,
            key=key,
            update=self.update,
        )


def io_view(io: IORecord) -> IOView:
    """A snapshot of an IO."""
    return IOView(
        id=io.number,
        name=io.name,
        kind=io.kind,
        unit=io.unit,
        type=plain.type_text(io.descriptor),
        readable=bool(io.flags & commands.READABLE),
        writable=bool(io.flags & commands.WRITABLE),
        limits=io.limits,
        value=io.value,
        value_ms=io.value_ms,
    )
