"""The JSON object that a page has sent."""

import json

from firmware.portal.http_error import HttpError
from firmware.portal.statuses import BAD_REQUEST, JSON_NEEDED

KIND = "application/json"


def parse(kind, raw):
    """It as a dict, of its Content-Type and its bytes; HttpError when there is none.

    No page of another site can send that kind of body.
    """
    if kind != KIND:
        raise HttpError(JSON_NEEDED, "send a JSON object")
    try:
        content = json.loads(raw)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise HttpError(BAD_REQUEST, "a JSON object is needed")
    return content
