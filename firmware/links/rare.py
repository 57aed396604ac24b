"""The hub's rarer commands, and complaints. Loaded when one comes and forgotten."""

from asyncio import create_task
from time import ticks_add, ticks_ms

from firmware import lazy
from firmware.links.values import acknowledge, report
from firmware.protocol import fields, layouts
from firmware.protocol.commands import (
    ACCEPT_DEVICE,
    ACKNOWLEDGE,
    ALL_IOS,
    DONE,
    ERROR,
    FACTORY_RESET,
    GET_CONFIG,
    GET_VALUE,
    IDENTIFY,
    NO_SUCH_IO,
    OFFER_KEY,
    OFFER_UPDATE,
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
KEYED = (FACTORY_RESET, OFFER_UPDATE, SET_KEY, OFFER_KEY)


def obey(link, command, data):
    """Do it and answer; a command that is not known here is answered with Error or Acknowledge.

    What would have to be loaded beside this module is returned instead, for `lazy.run`.
    """
    if command == REQUEST_IOS:
        return "firmware.links.registration", link
    if command == REJECT_DEVICE:
        return "firmware.links.reject", link, data
    if command == ACCEPT_DEVICE:
        return "firmware.links.accept", link, data
    if command == GET_CONFIG:
        return "firmware.links.getconfig", link, fields.unpack(layouts.REQUEST, data)[0]
    if command == GET_VALUE:
        _get(link, *fields.unpack(layouts.GET_VALUE, data))
    elif command == TIME:
        link.time = tuple(fields.unpack(layouts.TIME, data)) + (ticks_ms(),)  # no stars in tuples there
    elif command == IDENTIFY:
        request, seconds = fields.unpack(layouts.IDENTIFY, data)
        link.identify_until = ticks_add(ticks_ms(), seconds * 1000)
        acknowledge(link, request, DONE)
    elif command == RESTART:
        acknowledge(link, fields.unpack(layouts.REQUEST, data)[0], DONE)
        link.restart = True
    elif command == SET_CONFIG:
        change = lazy.run("firmware.links.setconfig", link, *fields.unpack(layouts.CONFIG, data))
        link.session.tasks.append(create_task(change))
    elif command == SET_KEY:
        return "firmware.links.take_key", link, data
    elif command in KEYED:
        fields.unpack(layouts.REQUEST, data)  # it has a request id
        return "firmware.links.keyed", link, command, data
    elif command != ACKNOWLEDGE:
        say(link, UNKNOWN_COMMAND, command, "unknown command")
    return None


def _get(link, request, number):
    wanted = [io for io in link.ios if number in (io.id, ALL_IOS)]
    for io in wanted:
        report(link, io, 0 if number == ALL_IOS else request)
    if number == ALL_IOS:
        acknowledge(link, request, DONE)
    elif not wanted:
        acknowledge(link, request, NO_SUCH_IO, b"no such IO")


def say(link, code, command, text):
    """Tell the neighbour what was wrong with its message."""
    link.send(ERROR, fields.pack(layouts.ERROR, (code, command, text)), link.parent)


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
