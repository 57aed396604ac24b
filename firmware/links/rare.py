"""The hub's rarer commands, and complaints. Loaded when one comes and forgotten."""

import json
from time import ticks_add, ticks_ms

from firmware.links.values import acknowledge, report
from firmware.protocol import codec, layouts
from firmware.protocol.commands import (
    ACCEPT_DEVICE,
    ACKNOWLEDGE,
    ALL_IOS,
    CONFIG_REPORT,
    DONE,
    ERROR,
    FACTORY_RESET,
    GET_CONFIG,
    GET_VALUE,
    IDENTIFY,
    NO_SUCH_IO,
    OFFER_KEY,
    OFFER_UPDATE,
    REFUSED,
    REJECT_DEVICE,
    REQUEST_IOS,
    RESTART,
    SET_CONFIG,
    SET_KEY,
    SET_VALUE,
    TIME,
    TOO_LARGE,
    UNKNOWN_COMMAND,
)

REQUESTS = (SET_VALUE, GET_VALUE, IDENTIFY, RESTART, FACTORY_RESET, GET_CONFIG, SET_CONFIG)
KEYED = (FACTORY_RESET, SET_CONFIG, OFFER_UPDATE, SET_KEY, OFFER_KEY)
SECRETS = ("password", "key")


def obey(link, command, data):
    """Do it and answer; a command that is not known here is answered with Error or Acknowledge."""
    if command in (REQUEST_IOS, ACCEPT_DEVICE, REJECT_DEVICE):
        _join(link, command, data)
    elif command == GET_VALUE:
        _get(link, *codec.unpack(layouts.GET_VALUE, data))
    elif command == TIME:
        link.time = tuple(codec.unpack(layouts.TIME, data)) + (ticks_ms(),)  # no stars in tuples there
    elif command == IDENTIFY:
        request, seconds = codec.unpack(layouts.IDENTIFY, data)
        link.identify_until = ticks_add(ticks_ms(), seconds * 1000)
        acknowledge(link, request, DONE)
    elif command == RESTART:
        acknowledge(link, codec.unpack(layouts.REQUEST, data)[0], DONE)
        link.restart = True
    elif command == GET_CONFIG:
        _report_config(link, *codec.unpack(layouts.REQUEST, data))
    elif command in KEYED:
        acknowledge(link, codec.unpack(layouts.REQUEST, data)[0], REFUSED, b"needs a keyed connection")
    elif command != ACKNOWLEDGE:
        say(link, UNKNOWN_COMMAND, command, "unknown command")


def _join(link, command, data):
    from firmware.links import join

    if command == REQUEST_IOS:
        join.register_ios(link)
    elif command == REJECT_DEVICE:
        join.rejected(link, data)
    else:
        join.accept(link, data)


def _get(link, request, number):
    wanted = [io for io in link.ios if number in (io.id, ALL_IOS)]
    for io in wanted:
        report(link, io, 0 if number == ALL_IOS else request)
    if number == ALL_IOS:
        acknowledge(link, request, DONE)
    elif not wanted:
        acknowledge(link, request, NO_SUCH_IO, b"no such IO")


def _report_config(link, request):
    from firmware.storage import config

    text = json.dumps(masked(dict(config.load(), schema=config.SCHEMA)))
    link.send(CONFIG_REPORT, codec.pack(layouts.CONFIG, request, text))


def masked(value):
    """A copy with every secret as "***"."""
    if isinstance(value, list):
        return [masked(item) for item in value]
    if isinstance(value, dict):
        return {name: "***" if name in SECRETS and item else masked(item) for name, item in value.items()}
    return value


def say(link, code, command, text):
    """Tell the neighbour what was wrong with its message."""
    link.send(ERROR, codec.pack(layouts.ERROR, code, command, text), link.parent)


def error(link, error):
    """A stream that is no messages: say so before the connection is closed."""
    say(link, error.code, 0, str(error))


def refuse(link, command, data, error):
    """A malformed message, or one too large for the heap: Acknowledge where its request id could be read."""
    code = getattr(error, "code", TOO_LARGE)
    if command in REQUESTS + KEYED and len(data) > 1:
        acknowledge(link, data[0] | data[1] << 8, code, str(error).encode())
    else:
        say(link, code, command, str(error))
