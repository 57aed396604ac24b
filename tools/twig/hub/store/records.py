"""What goes into the database and comes out of it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class IORecord:
    """One IO; `row` is its place in the database, 0 before it has one."""

    number: int
    flags: int
    descriptor: bytes
    kind: str
    name: str
    unit: str
    limits: tuple[float, float, float] | None
    row: int = 0
    value: Any = None
    value_ms: int = 0


@dataclass
class DeviceRecord:
    """One device and its IOs in the order of their registration."""

    guid: str
    name: str
    model: str
    firmware: str
    parent: str
    signature: bytes
    joined_ms: int
    last_seen_ms: int
    address: str
    may_have_children: bool = False
    row: int = 0
    ios: list[IORecord] = field(default_factory=list)


@dataclass(frozen=True)
class ValueRow:
    """A value of an IO, for the last values or for history."""

    io_row: int
    time_ms: int
    value: Any


@dataclass(frozen=True)
class ReadingRow:
    """A measurement; boot and sequence make it known when it is repeated."""

    boot: int
    sequence: int
    io_row: int
    time_ms: int
    value: Any


@dataclass(frozen=True)
class KeyRow:
    """The keys of a device, sealed; a next one is not accepted yet."""

    guid: str
    present: bytes | None
    next: bytes | None
    created_ms: int


@dataclass(frozen=True)
class CodeRow:
    """A join code; secret: its key, sealed, gone once it is used; guid: who has taken it."""

    id: int
    identity: str
    secret: bytes | None
    for_guid: str | None
    guid: str | None
    expires_ms: int
    used_ms: int | None
