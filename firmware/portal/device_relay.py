"""The switch of the page of run mode. Loaded for one request and forgotten."""

from firmware.portal.statuses import BAD_REQUEST, BUSY, OK

ANSWER = "firmware.portal.device_answer"


async def run(door, _, content):
    """A step: the answer to POST /relay, when it is switched."""
    relays, index, on = door.panel.relays, content.get("index"), content.get("on")
    if type(index) is not int or not 0 <= index < len(relays) or not isinstance(on, bool):
        return ANSWER, BAD_REQUEST, '{"text": "which relay, and on or off?"}'
    if not relays[index].set(on):
        return ANSWER, BUSY, '{"code": "busy"}'
    return ANSWER, OK, '{"ok": true}'
