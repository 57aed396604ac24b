"""Brings each message to the function that takes it, or answers why there is none."""

from collections.abc import Callable
from typing import Any

from firmware.protocol import commands, guid, messages
from firmware.protocol.errors import ProtocolError
from twig.hub import handover, joining, neighbour, proofs, readings, reports
from twig.hub.log import Log
from twig.hub.member import Member
from twig.hub.session import Session

MemberHandler = Callable[[Member, dict[str, Any], bytes], None]
MEMBER: dict[int, MemberHandler] = joining.HANDLERS | reports.HANDLERS | readings.HANDLERS
# What is valid before AcceptDevice (section 3).
EARLY = {*range(1, 12), *range(19, 23), commands.SET_KEY}
# Requests: their data begin with a request id, and every failure is an Acknowledge.
REQUESTS = {
    commands.SET_VALUE, commands.GET_VALUE, commands.IDENTIFY, commands.RESTART, commands.FACTORY_RESET,
    commands.GET_CONFIG, commands.SET_CONFIG, commands.OFFER_UPDATE, commands.SET_KEY, commands.READINGS,
    commands.OFFER_KEY,
}  # fmt: skip
# Characters of a reason: it may name what the device has sent, and a device reads 1,536 bytes.
REASON = 200
log = Log("session")


def dispatch(session: Session, sender: bytes, target: bytes, command: int, data: bytes) -> None:
    """Take a message; whatever is wrong with it, the hub goes on."""
    try:
        _take(session, sender, target, command, data)
    except ProtocolError as error:
        _refuse(session, sender, command, data, error.code, str(error))
    except Exception as error:  # a fault of ours in one message must not end the others' work
        log.error("message failed", error, peer=session.peer, guid=guid.text(sender), command=command)
        _refuse(session, sender, command, data, commands.INTERNAL, "the hub failed at this message")


def _take(session: Session, sender: bytes, target: bytes, command: int, data: bytes) -> None:
    if command not in messages.MESSAGES:
        raise ProtocolError(commands.UNKNOWN_COMMAND, f"unknown command {command}")
    if target not in (guid.SERVER, guid.PARENT):
        raise ProtocolError(commands.REFUSED, "the target is not here")
    proofs.check(session, command)
    if command in neighbour.HANDLERS:
        neighbour.HANDLERS[command](session, sender, data)
    elif command == commands.REGISTER_DEVICE:
        if session.connection.proof is None:  # else a foreign GUID is rejected, which says more
            _check_sender(session, sender)
        joining.register(session, sender, messages.decode(command, data))
    elif session.code is not None:
        handover.acknowledge(session, sender, messages.decode(command, data))
    else:
        member = _member(session, sender, command)
        if command not in MEMBER:
            raise ProtocolError(commands.REFUSED, "a server does not take this command")
        MEMBER[command](member, messages.decode(command, data), data)


def _check_sender(session: Session, sender: bytes) -> None:
    """Only a parent may pass on what another GUID says."""
    if session.holder not in (None, sender) and not session.may_have_children():
        raise ProtocolError(commands.REFUSED, f"{guid.text(sender)} is not the sender here")


def _member(session: Session, sender: bytes, command: int) -> Member:
    """The device that has sent a message; ProtocolError when it may not have."""
    _check_sender(session, sender)
    member = session.member(sender)
    if member is None or not (member.admitted or command in EARLY):
        raise ProtocolError(commands.NOT_REGISTERED, f"{guid.text(sender)} is not registered")
    member.hear()
    return member


def _refuse(session: Session, sender: bytes, command: int, data: bytes, code: int, text: str) -> None:
    """Answer a failure: by Acknowledge where there is a request id, else by Error; an Error never."""
    text = text[:REASON]
    session.complain("message refused", guid=guid.text(sender), command=command, error=code, reason=text)
    request = int.from_bytes(data[:2], "little") if command in REQUESTS and len(data) > 1 else 0
    if request:
        answer = messages.encode(commands.ACKNOWLEDGE, request=request, code=code, text=text)
        session.connection.send(sender, commands.ACKNOWLEDGE, answer)
    elif command != commands.ERROR:
        session.connection.error(code, command, text)
