"""What an admitted device tells: values, status, logs, and answers to requests."""

import json
from typing import Any

from firmware.protocol import commands
from firmware.protocol.errors import ProtocolError
from twig.hub import plain
from twig.hub.device import Device
from twig.hub.log import Log
from twig.hub.member import Member
from twig.hub.requests import Answer
from twig.hub.store.records import IORecord
from twig.hub.updates.update import REPORTED
from twig.release.difference import BLOCK_BYTES

IDENTIFY = "identify"  # kind of an IO that counts how often its device said "this is me"
STATUS_DEPTH = 4  # the API's writer gives up at 255, and with it the list of all devices
log = Log("device")


def checked_io(device: Device, number: int, descriptor: bytes) -> IORecord:
    """The IO that a device reports on; ProtocolError for an unknown one or another type."""
    io = device.ios.get(number)
    if io is None:
        raise ProtocolError(commands.NO_SUCH_IO, f"IO {number} is not registered")
    if descriptor != io.descriptor:
        raise ProtocolError(commands.WRONG_TYPE, f"IO {number} is {plain.type_text(io.descriptor)}")
    return io


def value_report(member: Member, fields: dict[str, Any], data: bytes) -> None:
    """ValueReport: the live value, and the answer to SetValue or GetValue."""
    assert member.device is not None
    descriptor, value = fields["typed"]
    try:
        io = checked_io(member.device, fields["io"], descriptor)
    except ProtocolError as error:
        failure = {"code": error.code, "text": str(error)}
        member.requests.settle(fields["request"], Answer(commands.ACKNOWLEDGE, failure))
        raise
    member.core.registry.report(member.device, io, plain.to_json(value))
    if io.kind == IDENTIFY and type(value) is int:
        _identify(member, member.device, io.number, value)
    _settle(member, commands.VALUE_REPORT, fields)


def _identify(member: Member, device: Device, number: int, count: int) -> None:
    """The first report on a connection says where the count is; each increase afterwards: this is me."""
    if count > member.identified.get(number, count):
        member.core.registry.identify(device)
    member.identified[number] = count


def acknowledge(member: Member, fields: dict[str, Any], data: bytes) -> None:
    """Acknowledge: the answer to most requests."""
    _settle(member, commands.ACKNOWLEDGE, fields)


def config_report(member: Member, fields: dict[str, Any], data: bytes) -> None:
    """ConfigReport: the answer to GetConfig."""
    _settle(member, commands.CONFIG_REPORT, fields)


def log_report(member: Member, fields: dict[str, Any], data: bytes) -> None:
    """LogReport: for whoever watches."""
    level, text, time_ms = fields["level"], fields["text"], fields["time_ms"]
    member.core.events.publish("log", guid=member.text, level=level, time_ms=time_ms, text=text)
    member.session.note("device logs", guid=member.text, severity=level, text=text)


def status_report(member: Member, fields: dict[str, Any], data: bytes) -> None:
    """StatusReport: a JSON object, kept while the hub runs."""
    assert member.device is not None
    try:
        status = json.loads(fields["json"])
        json.dumps(status, allow_nan=False, ensure_ascii=False).encode()  # others must be able to write it
    except (ValueError, RecursionError):
        status = None
    if not isinstance(status, dict) or not plain.is_shallow(status, STATUS_DEPTH):
        raise ProtocolError(commands.MALFORMED, "a status report is a JSON object, not deeply nested")
    member.core.registry.status(member.device, status)


def update_report(member: Member, fields: dict[str, Any], data: bytes) -> None:
    """UpdateReport: how far the device is with a release."""
    assert member.device is not None
    if fields["state"] not in REPORTED:
        raise ProtocolError(commands.MALFORMED, f"an update has no state {fields['state']}")
    state = REPORTED[fields["state"]]
    told = {"version": fields["version"], "percent": fields["percent"], "reason": fields["reason"]}
    member.session.note("device updates", guid=member.text, state=state, **told)
    member.core.updates.report(member.device, state, **told)


def get_block(member: Member, fields: dict[str, Any], data: bytes) -> None:
    """GetBlock: a piece of a published release's manifest or image; none where there is no such file."""
    offset, count = fields["offset"], min(fields["count"], BLOCK_BYTES)
    try:
        data = member.core.releases.read(fields["sha256"].hex(), offset, count)
    except OSError as error:
        log.error("block not to be had", guid=member.text, reason=str(error))
        data = b""
    member.send(commands.BLOCK, offset=offset, data=data)


def child_gone(member: Member, fields: dict[str, Any], data: bytes) -> None:
    """ChildGone: a descendant of the sender, with all behind it, is offline."""
    core = member.core
    child = core.seats.get(fields["child"])
    if child is None:
        return  # gone already
    if child.session is not member.session or member.guid not in list(core.seats.line(child.guid))[1:]:
        raise ProtocolError(commands.REFUSED, "that is not a descendant")
    log.info("child gone", peer=member.session.peer, guid=child.text, reason=f"lost behind {member.text}")
    member.session.forget(child)


def _settle(member: Member, command: int, fields: dict[str, Any]) -> None:
    if fields["request"] and not member.requests.settle(fields["request"], Answer(command, fields)):
        log.debug("late answer", peer=member.session.peer, guid=member.text, command=command)


HANDLERS = {
    commands.VALUE_REPORT: value_report,
    commands.ACKNOWLEDGE: acknowledge,
    commands.CONFIG_REPORT: config_report,
    commands.LOG_REPORT: log_report,
    commands.STATUS_REPORT: status_report,
    commands.UPDATE_REPORT: update_report,
    commands.GET_BLOCK: get_block,
    commands.CHILD_GONE: child_gone,
}
