"""Reads what a change on the page of run mode brings. Loaded for one request and forgotten."""

from firmware.portal import body
from firmware.portal.http_error import HttpError
from firmware.portal.statuses import OK

ANSWER = "firmware.portal.device_answer"


async def run(_, __, path, kind, raw):
    """A step: the next makes the change, or answers why not."""
    try:
        content = body.parse(kind, raw)
    except HttpError as error:
        return ANSWER, error.code, str(error).encode()
    if path == "/login":
        return "firmware.portal.login", content
    if path == "/relay":
        return "firmware.portal.device_relay", content
    if path == "/save":
        return "firmware.portal.device_save", content
    return ANSWER, OK, '{"ok": true}', ("firmware.portal.device_restart",)
