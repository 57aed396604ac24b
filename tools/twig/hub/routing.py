"""Who is reached through whom (section 9): one seat per GUID, and the tree of parents."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from firmware.protocol import guid

if TYPE_CHECKING:
    from twig.hub.member import Member
    from twig.hub.session import Session


class Seats:
    """The members that are registered now, by GUID; each GUID has one seat."""

    def __init__(self, depth: int) -> None:
        self._seats: dict[bytes, Member] = {}
        self._depth = depth

    def get(self, which: bytes) -> "Member | None":
        """Who has the seat."""
        return self._seats.get(which)

    def take(self, member: "Member") -> None:
        """Give the seat of its GUID to a member; the one before must have left."""
        self._seats[member.guid] = member

    def leave(self, member: "Member") -> None:
        """Free the seat, if the member has it."""
        if self._seats.get(member.guid) is member:
            del self._seats[member.guid]

    def members(self) -> "list[Member]":
        """All, in the order in which they registered."""
        return list(self._seats.values())

    def line(self, which: bytes) -> Iterator[bytes]:
        """A GUID and its ancestors, nearest first, without the server."""
        while which != guid.SERVER:
            yield which
            member = self._seats.get(which)
            which = member.parent if member else guid.SERVER

    def problem(self, child: bytes, parent: bytes, session: "Session") -> str | None:
        """Why the child may not be behind that parent on that connection; None when it may."""
        if parent == guid.SERVER:
            return "its parent is not the server" if session.owner not in (None, child) else None
        member = self._seats.get(parent)
        if child in self.line(parent):
            return "its parent is itself or one of its descendants"
        if member is None or member.device is None or not member.admitted:
            return "its parent is offline"
        if member.session is not session:
            return "its parent is reached another way"
        if not member.device.record.may_have_children:
            return "its parent may not have children; allow it at the hub"
        if len(list(self.line(parent))) >= self._depth:
            return f"it would be more than {self._depth} levels deep"
        return None
