"""Joining (section 4): who may register, its IOs, and its acceptance."""

import asyncio
import math
from collections.abc import Callable
from typing import Any

from firmware.protocol import commands, guid
from firmware.protocol.errors import ProtocolError
from twig.hub import handover, proofs
from twig.hub.clock import now_ms
from twig.hub.errors import HubError
from twig.hub.log import Log
from twig.hub.member import Draft, Member
from twig.hub.session import Session
from twig.hub.store.records import DeviceRecord, IORecord

NO_SIGNATURE = b""  # of a device that left out an IO: no device sends it, so that the next join asks again
FIRST_IO, LAST_IO = 1, 254
RESERVED = (guid.SERVER, guid.UNASSIGNED, guid.PARENT)
log = Log("joining")


def register(session: Session, sender: bytes, claim: dict[str, Any]) -> None:
    """RegisterDevice: refuse, accept a known device, or ask a new one for its IOs."""
    if sender in RESERVED or sender == session.core.guid:
        raise ProtocolError(commands.MALFORMED, "a reserved GUID cannot register")
    refusal = _refusal(session, sender, claim)
    if refusal is None and session.code is None:
        refusal = _replace(session, sender)
    if refusal:
        session.reject(sender, *refusal)
        return
    if session.code is not None:
        handover.give(session, sender, session.code)
        return
    member = Member(session.core, session, sender, claim)
    session.enter(member)
    device = session.core.registry.get(sender)
    if device and device.record.signature == claim["io_signature"]:
        member.device = device
        session.core.registry.update(device, **_columns(member))
        _accept(member)
    else:
        member.ask_ios()


def register_io(member: Member, fields: dict[str, Any], data: bytes) -> None:
    """RegisterIO: remember it until IOsComplete."""
    draft = member.draft
    if not FIRST_IO <= fields["id"] <= LAST_IO or fields["id"] in draft.ios:
        raise ProtocolError(commands.MALFORMED, f"IO id {fields['id']} is not possible or sent twice")
    if draft.size + len(data) > member.core.settings.limits.ios_bytes:
        raise ProtocolError(commands.TOO_LARGE, "too many IOs")
    same = (fields[name] for name in ("flags", "descriptor", "kind", "name", "unit", "limits"))
    draft.add(IORecord(fields["id"], *same), data)


def ios_complete(member: Member, fields: dict[str, Any], data: bytes) -> None:
    """IOsComplete: store the IOs, then accept."""
    draft, member.draft = member.draft, Draft()
    if member.asked is None and not draft.ios:
        _accept(member)  # nothing new; it is always answered
        return
    record = _record(member, draft, fields["count"])
    saved = member.core.saves.save(record)
    saved.add_done_callback(lambda done: _stored(member, done))


def _stored(member: Member, saved: "asyncio.Future[DeviceRecord]") -> None:
    """The database has the device, or has failed."""
    if saved.cancelled() or not member.live:
        return
    error = saved.exception()
    if error is not None:
        text = error.text if isinstance(error, HubError) else "the hub cannot store the device"
        member.session.forget(member)
        member.session.reject(member.guid, commands.REJECT_TRY_LATER, text)
        return
    member.device = member.core.registry.adopt(member.guid, saved.result())
    _accept(member)
    member.answered_ios()


def _accept(member: Member) -> None:
    """AcceptDevice and Time; from now on the device is online."""
    core, device = member.core, member.device
    assert device is not None
    member.send(
        commands.ACCEPT_DEVICE,
        time_ms=now_ms(),
        keep_alive_s=max(1, math.ceil(core.settings.timing.keep_alive)),
        version=commands.VERSION,
        features=0,
        hub=core.guid,
    )
    member.send_time()
    if not member.admitted:
        member.admitted = True
        member.session.admit(member)
        core.registry.online(device, member)
        core.claims.claim(device, member.claim["old_ids"], member.session.peer)
        handover.accepted(member)
        core.updates.online(device)
        log.info("device accepted", peer=member.session.peer, guid=member.text, name=device.record.name)


def _refusal(session: Session, sender: bytes, claim: dict[str, Any]) -> tuple[int, str] | None:
    """Reason and text of a Reject, None for a device that may come in."""
    core, parent = session.core, claim["parent"]
    if claim["highest_version"] < commands.VERSION:
        return commands.REJECT_VERSION, "this hub speaks version 1"
    problem = proofs.problem(session, sender, parent) or core.seats.problem(sender, parent, session)
    device = core.registry.get(sender)
    if problem is None and device is None and len(core.registry) >= core.settings.limits.devices:
        problem = "the hub has as many devices as it takes"
    if problem is None and session.size() >= core.settings.limits.members and not session.member(sender):
        problem = "too many devices are behind one connection"
    if problem is None and device and parent != guid.SERVER and device.record.parent != guid.text(parent):
        problem = "it is known under another parent; move it at the hub"
    return (commands.REJECT_NOT_ALLOWED, problem) if problem else None


def _replace(session: Session, sender: bytes) -> tuple[int, str] | None:
    """Free the seat of an older connection; a refusal when that happens too often."""
    older = session.core.seats.get(sender)
    if older is None:
        return None
    names = {"guid": older.text, "older": older.session.peer, "newer": session.peer}
    if older.session is session:
        session.forget(older)
    elif session.core.replacements.allow(sender):
        log.warning("connection replaced", **names, reason="the same GUID registers again")
        older.session.dismiss(older, f"replaced by {session.peer}")
    else:
        log.warning("replacement refused", **names, reason="two devices seem to have one GUID")
        return commands.REJECT_TRY_LATER, "another device with this GUID is connected"
    return None


def _record(member: Member, draft: Draft, count: int) -> DeviceRecord:
    """What the database shall know of a device and the IOs that it has registered."""
    device = member.core.registry.get(member.guid)
    signature, ios = draft.signature(), dict(draft.ios)
    if count != len(ios):
        log.warning(
            "IOs are missing",
            peer=member.session.peer,
            guid=member.text,
            reason=f"{len(ios)} of {count} came",
        )
        signature, ios = NO_SIGNATURE, (device.ios if device else {}) | ios
    columns = _columns(member) | {"signature": signature, "joined_ms": now_ms(), "last_seen_ms": now_ms()}
    children = device is not None and device.record.may_have_children
    return DeviceRecord(guid=member.text, may_have_children=children, ios=list(ios.values()), **columns)


def _columns(member: Member) -> dict[str, Any]:
    """What a device says of itself."""
    claim = member.claim
    same = {name: claim[name] for name in ("name", "model", "firmware")}
    return same | {"parent": guid.text(claim["parent"]), "address": member.session.connection.address}


MemberHandler = Callable[[Member, dict[str, Any], bytes], None]
HANDLERS: dict[int, MemberHandler] = {
    commands.REGISTER_IO: register_io,
    commands.IOS_COMPLETE: ios_complete,
}
