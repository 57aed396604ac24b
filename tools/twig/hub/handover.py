"""Brings keys to devices (section 10): the first for a join code, later ones under the present key."""

import asyncio
from typing import Any

from firmware.protocol import commands, guid, messages
from firmware.protocol.errors import ProtocolError
from twig.hub import proofs
from twig.hub.errors import HubError, Refused
from twig.hub.keys import identity
from twig.hub.log import Log
from twig.hub.member import Member
from twig.hub.session import Session

FIRST = 1  # request id on a connection that never carries another request
log = Log("handover")


def give(session: Session, sender: bytes, code: int) -> None:
    """Answer the registration under a join code with SetKey, once the key is stored."""
    try:
        stored = session.core.keys.joins.give(code, sender)
    except HubError as error:
        session.reject(sender, commands.REJECT_TRY_LATER, error.text)
        return
    stored.add_done_callback(lambda done: _stored(session, sender, done))


def _stored(session: Session, sender: bytes, stored: "asyncio.Future[None]") -> None:
    """The database has the key, or has failed; meanwhile a person may have ended the code."""
    if stored.cancelled():
        return
    error = stored.exception()
    if error is not None:
        text = error.text if isinstance(error, HubError) else "the hub cannot store the key"
        session.reject(sender, commands.REJECT_TRY_LATER, text)
        return
    problem, key = proofs.problem(session, sender, guid.SERVER), session.core.keys.next(sender)
    if problem or key is None:
        session.reject(sender, commands.REJECT_NOT_ALLOWED, problem or "the key has been dropped")
        return
    session.taking = sender
    fields = {"request": FIRST, **_fields(session.core.guid, sender, key)}
    session.connection.send(sender, commands.SET_KEY, messages.encode(commands.SET_KEY, **fields))
    log.info("key sent", peer=session.peer, guid=guid.text(sender), join_code=session.code)


def acknowledge(session: Session, sender: bytes, fields: dict[str, Any]) -> None:
    """The device has its first key and closes, or could not take it."""
    if sender != session.taking or fields["request"] != FIRST:
        raise ProtocolError(commands.NOT_REGISTERED, "no key was sent to this device")
    if fields["code"] == commands.DONE:
        log.info("key taken", peer=session.peer, guid=guid.text(sender))
    else:
        text = f"it did not take its key: {fields['text'] or 'no reason given'} (code {fields['code']})"
        session.reject(sender, commands.REJECT_NOT_ALLOWED, text)


def accepted(member: Member) -> None:
    """A device has been accepted; under its own key this drops the older one, or brings the next."""
    proof = member.session.connection.proof
    if proof is not None and proof.guid == member.guid:
        member.core.keys.accepted(member.guid, proof.key)
        renew(member)


def renew(member: Member) -> None:
    """Bring a device the key that waits for it, if there is one and the connection is its own."""
    key, proof = member.core.keys.next(member.guid), member.session.connection.proof
    if key and proof and proof.guid == member.guid and member.renewal is None:
        member.renewal = asyncio.create_task(_renew(member, key))


async def _renew(member: Member, key: bytes) -> None:
    """SetKey; the device acknowledges, closes and comes back. What fails is tried when it next comes."""
    about = {"peer": member.session.peer, "guid": member.text}
    try:
        answer = await member.ask(commands.SET_KEY, **_fields(member.core.guid, member.guid, key))
        if answer.command != commands.ACKNOWLEDGE or answer.fields["code"] != commands.DONE:
            code, text = answer.fields.get("code", commands.DONE), answer.fields.get("text", "")
            raise Refused(member.label, code, text)
        log.info("next key taken", **about)
    except HubError as error:
        log.warning("next key not taken", **about, reason=error.text)
    finally:
        member.renewal = None


def _fields(hub: bytes, which: bytes, key: bytes) -> dict[str, Any]:
    return {"hub": hub, "identity": identity.of_device(which, key).decode(), "key": key}
