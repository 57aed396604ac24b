"""What concerns the two ends of a connection only: GUIDs, parents, Ping, Pong, Error."""

import uuid
from collections.abc import Callable

from firmware.protocol import commands, guid, messages
from firmware.protocol.errors import ProtocolError
from twig.hub.session import Session


def request_guid(session: Session, sender: bytes, data: bytes) -> None:
    """RequestGUID, of the device itself or passed up by a parent: a new GUID under the same nonce."""
    nonce = messages.decode(commands.REQUEST_GUID, data)["nonce"]
    if sender != guid.UNASSIGNED or not (session.holder is None or session.may_have_children()):
        raise ProtocolError(commands.REFUSED, "only a device without a GUID gets one")
    answer = messages.encode(commands.SEND_GUID, guid=uuid.uuid4().bytes, nonce=nonce)
    session.connection.send(guid.UNASSIGNED, commands.SEND_GUID, answer)


def get_parent(session: Session, sender: bytes, data: bytes) -> None:
    """GetParent: the server, whose GUID is the sender of every message of ours."""
    _check_neighbour(session, sender)
    session.connection.send(sender, commands.SET_PARENT)


def ping(session: Session, sender: bytes, data: bytes) -> None:
    """Ping: the same bytes come back."""
    _check_neighbour(session, sender)
    if len(data) > commands.PING_BYTES:
        raise ProtocolError(commands.TOO_LARGE, f"a Ping has at most {commands.PING_BYTES} bytes")
    session.connection.send(sender, commands.PONG, data)


def pong(session: Session, sender: bytes, data: bytes) -> None:
    """Pong: that it came is all that it says."""
    _check_neighbour(session, sender)


def error(session: Session, sender: bytes, data: bytes) -> None:
    """Error: the device did not like what we sent; never answered."""
    _check_neighbour(session, sender)
    fields = messages.decode(commands.ERROR, data)
    about = {"error": fields["code"], "command": fields["offending"], "reason": fields["text"]}
    session.complain("device reports an error", guid=guid.text(sender), **about)


def _check_neighbour(session: Session, sender: bytes) -> None:
    if session.holder not in (None, sender):
        raise ProtocolError(commands.REFUSED, "this concerns neighbours only and is never passed on")


HANDLERS: dict[int, Callable[[Session, bytes, bytes], None]] = {
    commands.REQUEST_GUID: request_guid,
    commands.GET_PARENT: get_parent,
    commands.PING: ping,
    commands.PONG: pong,
    commands.ERROR: error,
}
