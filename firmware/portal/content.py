"""Reads what a change on the page of run mode brings. Loaded for one request and forgotten."""

from firmware.portal import body
from firmware.portal.http_error import HttpError


async def run(_, __, path, kind, raw):
    """A step: the next makes the change, or answers why not."""
    try:
        content = body.parse(kind, raw)
    except HttpError as error:
        return "firmware.portal.device_refusal", error.code, str(error)
    if path == "/login":
        return "firmware.portal.login", content
    if path == "/relay":
        return "firmware.portal.device_relay", content
    return ("firmware.portal.device_save" if path == "/save" else "firmware.portal.device_restart"), content
