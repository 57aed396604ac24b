"""The hub's rarer commands, imported when the first one comes."""

import json
from time import ticks_add, ticks_ms

from firmware.links.hub import is_request
from firmware.protocol import codec, layouts
from firmware.protocol.commands import (
    ACKNOWLEDGE,
    CONFIG_REPORT,
    DONE,
    GET_CONFIG,
    IDENTIFY,
    REFUSED,
    RESTART,
    UNKNOWN_COMMAND,
)
from firmware.storage import config

SECRETS = ("password", "key")


def obey(link, command, data):
    """Do it and answer; a command that is not known here is answered with Error or Acknowledge 1."""
    if command == IDENTIFY:
        request, seconds = codec.unpack(layouts.IDENTIFY, data)
        link.identify_until = ticks_add(ticks_ms(), seconds * 1000)
        link.acknowledge(request, DONE)
    elif command == RESTART:
        link.acknowledge(*codec.unpack(layouts.REQUEST, data), DONE)
        link.restart = True
    elif command == GET_CONFIG:
        (request,) = codec.unpack(layouts.REQUEST, data)
        text = json.dumps(masked(dict(config.load(), schema=config.SCHEMA)))
        link.send(CONFIG_REPORT, codec.pack(layouts.CONFIG, request, text))
    elif is_request(command):
        _refuse(link, command, data)
    elif command != ACKNOWLEDGE:
        link.error(UNKNOWN_COMMAND, command, "unknown command")


def _refuse(link, command, data):
    (request,) = codec.unpack(layouts.REQUEST, data)
    link.acknowledge(request, REFUSED, "command %d needs a keyed connection" % command)


def masked(value):
    """A copy with every secret as "***"."""
    if isinstance(value, list):
        return [masked(item) for item in value]
    if isinstance(value, dict):
        return {name: "***" if name in SECRETS and item else masked(item) for name, item in value.items()}
    return value
