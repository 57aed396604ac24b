"""Measurements that must not be lost: acknowledged once they are stored."""

import asyncio
from typing import Any

from firmware.protocol import commands
from firmware.protocol.errors import ProtocolError
from twig.hub import plain
from twig.hub.clock import now_ms
from twig.hub.errors import Busy
from twig.hub.log import Log
from twig.hub.member import Member
from twig.hub.reports import checked_io
from twig.hub.store import values
from twig.hub.store.records import ReadingRow

SEQUENCES = 1 << 32
log = Log("readings")


def readings(member: Member, fields: dict[str, Any], data: bytes) -> None:
    """Readings: all of them are stored, or none."""
    request = fields["request"]
    if not request:
        raise ProtocolError(commands.MALFORMED, "readings need a request id")
    rows = _rows(member, fields)
    assert member.device is not None
    device, received_ms = member.device.record.row, now_ms()
    try:
        stored = member.core.store.run(
            lambda connection: values.add_readings(connection, device, rows, received_ms)
        )
    except Busy as error:
        raise ProtocolError(commands.BUSY, error.text) from None
    stored.add_done_callback(lambda done: _stored(member, request, done))


def _stored(member: Member, request: int, stored: "asyncio.Future[None]") -> None:
    if not member.live or stored.cancelled():
        return
    failed = stored.exception()
    code, text = (commands.INTERNAL, "the hub could not store them") if failed else (commands.DONE, "")
    if failed:
        log.error("readings not stored", peer=member.session.peer, guid=member.text, reason=str(failed))
    member.send(commands.ACKNOWLEDGE, request=request, code=code, text=text)


def _rows(member: Member, fields: dict[str, Any]) -> list[ReadingRow]:
    assert member.device is not None
    rows = []
    for place, (number, time_ms, descriptor, value) in enumerate(fields["readings"]):
        io = checked_io(member.device, number, descriptor)
        sequence = (fields["first_sequence"] + place) % SEQUENCES
        rows.append(ReadingRow(fields["boot"], sequence, io.row, time_ms, plain.to_json(value)))
    return rows


HANDLERS = {commands.READINGS: readings}
