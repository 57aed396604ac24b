"""The JSON object that a page has sent."""

import json

from firmware.portal.reply import JSON
from firmware.portal.request import HttpError
from firmware.portal.statuses import BAD_REQUEST, JSON_NEEDED


def parse(request):
    """It as a dict; HttpError when there is none. No page of another site can send that kind of body."""
    if request.kind != JSON:
        raise HttpError(JSON_NEEDED, "send a JSON object")
    try:
        content = json.loads(request.body)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise HttpError(BAD_REQUEST, "a JSON object is needed")
    return content
