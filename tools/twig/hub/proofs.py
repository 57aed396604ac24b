"""What the key of a connection proves, and what follows (section 10)."""

from firmware.protocol import commands, guid
from firmware.protocol.errors import ProtocolError
from twig.hub.session import Session

# All that a device may say on a connection made with a join code.
JOINING = {
    commands.REQUEST_GUID, commands.GET_PARENT, commands.REGISTER_DEVICE, commands.ACKNOWLEDGE,
    commands.PING, commands.PONG, commands.ERROR,
}  # fmt: skip


def check(session: Session, command: int) -> None:
    """ProtocolError for a command that a join code does not allow."""
    if session.code is not None and command not in JOINING:
        raise ProtocolError(commands.REFUSED, "with a join code a device can only register and take a key")


def problem(session: Session, sender: bytes, parent: bytes) -> str | None:
    """Why a device may not register on this connection, going by keys alone; None when it may."""
    keys, proof = session.core.keys, session.connection.proof
    if proof is None:
        return "it has a key: the hub takes it over TLS only" if keys.has(sender) else None
    if keys.find(proof.identity) != proof:
        return "the key or join code of this connection is no longer valid"
    if proof.code is not None:
        return _problem_of_code(session, proof.code, sender, parent)
    if sender == proof.guid:
        return None
    if parent == guid.SERVER:
        return "this connection belongs to another device"
    if keys.has(sender) and not _moved(session, sender, parent):
        return "it has a key of its own; move it at the hub"
    return None


def _problem_of_code(session: Session, code: int, sender: bytes, parent: bytes) -> str | None:
    if parent != guid.SERVER:
        return "a join code is for a device at the hub itself"
    return session.core.keys.joins.problem(code, sender)


def _moved(session: Session, sender: bytes, parent: bytes) -> bool:
    """Whether a person has put a device behind that parent."""
    device = session.core.registry.get(sender)
    return device is not None and device.record.parent == guid.text(parent)
