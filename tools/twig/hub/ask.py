"""Requests to devices on behalf of people."""

import asyncio
from typing import Any

from firmware.protocol import commands, frame, messages, types
from twig.hub import plain
from twig.hub.device import Device
from twig.hub.errors import Busy, DeviceOffline, NoAnswer, NotWritable, OutOfRange, Refused, WrongType
from twig.hub.member import Member
from twig.hub.requests import Answer
from twig.hub.store.records import IORecord

# What a device knows better than the hub about a value.
VALUE_ERRORS = {commands.WRONG_TYPE: WrongType, commands.OUT_OF_RANGE: OutOfRange}


async def set_value(device: Device, io: IORecord, value: Any) -> None:
    """SetValue; done when the device has reported, or acknowledged what cannot be read."""
    if not io.flags & commands.WRITABLE:
        raise NotWritable(device.label, io.name)
    typed = (io.descriptor, plain.from_json(io, value))
    _check_size(io, typed)
    _check(device, io, await _member(device).ask(commands.SET_VALUE, io=io.number, typed=typed))


async def query_ios(device: Device, seconds: float) -> None:
    """RequestIOs; done when the device's IOs are stored."""
    member = _member(device)
    try:
        await asyncio.wait_for(asyncio.shield(member.ask_ios()), seconds)
    except TimeoutError:
        member.give_up_ios()
        raise NoAnswer(device.label, seconds) from None


def _check_size(io: IORecord, typed: tuple[bytes, Any]) -> None:
    """OutOfRange for a value whose message is longer than a device reads."""
    if io.descriptor[0] <= types.FLOAT64:
        return
    data = messages.encode(commands.SET_VALUE, request=0, io=io.number, typed=typed)
    beyond = frame.HEADER + len(data) - frame.DEVICE_LIMIT
    if beyond > 0:
        raise OutOfRange(f"The value for {io.name} is {beyond} bytes longer than a device takes.")


def _member(device: Device) -> Member:
    if device.member is None:
        raise DeviceOffline(device.label)
    return device.member


def _check(device: Device, io: IORecord, answer: Answer) -> None:
    """Raise what an answer means that is not the one to a SetValue that was done (section 3)."""
    code, text = answer.fields.get("code", commands.DONE), answer.fields.get("text", "")
    if code == commands.BUSY:
        raise Busy(f"{device.label} is busy; try again in a few seconds.")
    if code in VALUE_ERRORS:
        raise VALUE_ERRORS[code](f"{io.name} of {device.label} does not take that: {text or 'no reason'}.")
    if code != commands.DONE:
        raise Refused(device.label, code, text)
    reported = answer.command == commands.VALUE_REPORT and answer.fields["io"] == io.number
    acknowledged = answer.command == commands.ACKNOWLEDGE and not io.flags & commands.READABLE
    if not (reported or acknowledged):
        raise Refused(device.label, code, f"it answered without reporting {io.name}")
