"""Handshake messages behind the handshake: new keys when the hub asks; tickets are left alone."""

import gc

from firmware.network import hkdf
from firmware.network.alerts import BAD_UPDATE, LONG_MESSAGE, NO_PLACE
from firmware.network.key_schedule import IV
from firmware.network.records import DECODE, HANDSHAKE, SECRET, UNEXPECTED

TICKET = 4
KEY_UPDATE = 24
HEAD = 4
REQUESTED = 1
FLIGHT_MOST = 1024  # bytes of a ticket that is split into records


def take(records, content):
    """Obey the messages of a record's content; TlsError for one that has no place here."""
    flight = records.flight + bytes(content)
    while len(flight) >= HEAD:
        end = HEAD + int.from_bytes(flight[1:HEAD], "big")
        if end > FLIGHT_MOST:
            records.fail(DECODE, LONG_MESSAGE)
        if len(flight) < end:
            break
        _obey(records, flight[0], flight[HEAD:end], flight[end:])
        flight = flight[end:]
    records.flight = flight


def _obey(records, kind, body, rest):
    if kind == TICKET:
        return
    if kind != KEY_UPDATE or rest:  # keys change between records only
        records.fail(UNEXPECTED, NO_PLACE)
    if len(body) != 1 or body[0] > REQUESTED:
        records.fail(DECODE, BAD_UPDATE)
    secret, records.reads = records.reads[SECRET], None
    records.reads = _next(records, secret)
    if body[0] == REQUESTED:
        records.write(HANDSHAKE, bytes((KEY_UPDATE, 0, 0, 1, 0)))
        secret, records.writes = records.writes[SECRET], None
        records.writes = _next(records, secret)


def _next(records, secret):
    secret = hkdf.expand(secret, b"traffic upd")
    keys = hkdf.keys(secret)
    key, iv = keys[:IV], keys[IV:]
    gc.collect()  # the cipher takes the place of the one before
    return records.keys(records.cipher(key), iv, secret)
