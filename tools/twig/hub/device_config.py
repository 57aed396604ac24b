"""A device's configuration: read, and changed by a merge patch (protocol, section 3)."""

import json
from typing import Any

from firmware.protocol import commands, frame, messages
from twig.hub.device import Device
from twig.hub.errors import BadSetting, Busy, DeviceOffline, Refused
from twig.hub.requests import Answer

# What a device says of a patch that is at fault.
FAULTS = (commands.MALFORMED, commands.WRONG_TYPE, commands.OUT_OF_RANGE, commands.TOO_LARGE)


async def get(device: Device) -> dict[str, Any]:
    """Its configuration, secrets as "***"; Refused when it answers with something else."""
    answer = await _ask(device, commands.GET_CONFIG)
    try:
        found = json.loads(answer.fields["json"])
    except (KeyError, ValueError, RecursionError):
        found = None
    if answer.command != commands.CONFIG_REPORT or not isinstance(found, dict):
        raise Refused(
            device.label, answer.fields.get("code", commands.DONE), "it did not send its configuration"
        )
    return found


async def patch(device: Device, change: dict[str, Any]) -> None:
    """Change it; done when the device has acknowledged. BadSetting with the device's words."""
    # A chip's JSON reader makes two characters of an escaped emoji.
    text = json.dumps(change, ensure_ascii=False)
    data = messages.encode(commands.SET_CONFIG, request=0, json=text)
    beyond = frame.HEADER + len(data) - frame.DEVICE_LIMIT
    if beyond > 0:
        raise BadSetting(f"These settings are {beyond} bytes longer than a device takes; send fewer at once.")
    answer = await _ask(device, commands.SET_CONFIG, json=text)
    if answer.command != commands.ACKNOWLEDGE:
        raise Refused(device.label, commands.DONE, "it did not acknowledge")


async def _ask(device: Device, command: int, **fields: Any) -> Answer:
    if device.member is None:
        raise DeviceOffline(device.label)
    answer = await device.member.ask(command, **fields)
    code, text = answer.fields.get("code", commands.DONE), answer.fields.get("text", "")
    if code in FAULTS:
        raise BadSetting(f"{device.label} does not take these settings: {text or 'it gives no reason'}")
    if code == commands.BUSY:
        raise Busy(f"{device.label} is busy: {text or 'try again later'}")
    if code != commands.DONE:
        raise Refused(device.label, code, text)
    return answer
