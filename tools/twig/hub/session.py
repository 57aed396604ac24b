"""The devices behind one connection: its owner, and children once the owner is admitted."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from firmware.protocol import commands, guid, messages
from twig.hub.connection import Connection
from twig.hub.core import Core
from twig.hub.log import Log
from twig.hub.throttle import Throttle

if TYPE_CHECKING:
    from twig.hub.member import Member

Dispatch = Callable[["Session", bytes, bytes, int, bytes], None]
log = Log("session")


class Session:
    """One connection and who is reached through it; `dispatch` takes its messages."""

    def __init__(self, core: Core, connection: Connection, dispatch: Dispatch) -> None:
        self.core, self.connection, self._dispatch = core, connection, dispatch
        self.peer = connection.peer
        self.owner: bytes | None = None
        self.taking: bytes | None = None  # to whom a key went for the join code
        self._members: dict[bytes, Member] = {}
        self._throttle = Throttle()

    @property
    def holder(self) -> bytes | None:
        """Whose connection this is: by its key, else who has registered as itself; None while unknown."""
        proof = self.connection.proof
        return (proof.guid if proof else None) or self.owner

    @property
    def code(self) -> int | None:
        """The join code that protects this connection, if one does."""
        proof = self.connection.proof
        return proof.code if proof else None

    def member(self, which: bytes) -> "Member | None":
        """Who is here under that GUID."""
        return self._members.get(which)

    def enter(self, member: "Member") -> None:
        """A device has registered and takes the seat of its GUID."""
        if member.parent == guid.SERVER:
            self.owner = self.connection.neighbour = member.guid
        self._members[member.guid] = member
        self.core.seats.take(member)

    def admit(self, member: "Member") -> None:
        """A device has been accepted."""
        if member.guid == self.owner:
            self.connection.register()

    def size(self) -> int:
        """Number of devices here."""
        return len(self._members)

    def forget(self, member: "Member") -> None:
        """A device is no longer here, nor is anybody behind it."""
        line = self.core.seats.line
        for gone in [one for one in self._members.values() if member.guid in line(one.guid)]:
            self._leave(gone)

    def dismiss(self, member: "Member", reason: str) -> None:
        """Another connection has a device's GUID now; the owner's goes with its connection."""
        if member.guid == self.owner:
            self.connection.close(reason)
        else:
            self.forget(member)

    def reject(self, target: bytes, reason: int, text: str) -> None:
        """RejectDevice; the server closes, except that a child's parent keeps its connection."""
        data = messages.encode(commands.REJECT_DEVICE, reason=reason, text=text)
        self.connection.send(target, commands.REJECT_DEVICE, data)
        log.warning("device rejected", peer=self.peer, guid=guid.text(target), reason=text)
        if self.owner in (None, target):
            self.connection.close(f"rejected: {text}")

    def expel(self, member: "Member", reason: str) -> None:
        """End a device's presence at once, and with it all behind it."""
        if member.guid == self.owner:
            self.connection.abort(reason)
        else:
            self.forget(member)

    def may_have_children(self) -> bool:
        """Whether its owner is admitted and may pass on what others say."""
        owner = self._members.get(self.owner) if self.owner else None
        return bool(owner and owner.admitted and owner.device and owner.device.record.may_have_children)

    def closed(self, reason: str, fault: bool) -> None:
        """The connection is over: everybody behind it is offline."""
        who = guid.text(self.owner) if self.owner else ""
        (log.warning if fault else log.info)("connection closed", peer=self.peer, guid=who, reason=reason)
        for member in list(self._members.values()):
            self._leave(member)

    def message(self, sender: bytes, target: bytes, command: int, data: bytes) -> None:
        """A message came; until it is known who is there its sender is our neighbour."""
        if self.owner is None:
            self.connection.neighbour = self.holder or sender
        self._dispatch(self, sender, target, command, data)

    def note(self, event: str, **fields: Any) -> None:
        """Log what a device tells, but not more than a person can read."""
        if self._throttle.allow():
            log.info(event, peer=self.peer, missed=self._throttle.missed(), **fields)

    def complain(self, event: str, **fields: Any) -> None:
        """Log what a device does wrong, but not more than a person can read."""
        if self._throttle.allow():
            log.warning(event, peer=self.peer, missed=self._throttle.missed(), **fields)

    def _leave(self, member: "Member") -> None:
        self._members.pop(member.guid, None)
        member.leave()
