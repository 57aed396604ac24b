"""Whose word counts for an update, and for another key. Loaded for that and forgotten."""

import struct
from hashlib import sha256

from firmware.storage import atomic
from firmware.update import key_link, signature, trust_file
from firmware.update.errors import Refused
from firmware.update.trust_file import HEAD, MODULUS, PATH, SEQUENCE, SERIAL


def offer(sequence, digest, signed):
    """None after each step, then True: an update of that sequence, whose manifest has that SHA-256, may be
    taken. Refused says why not.
    """
    raw = _file()
    if sequence <= trust_file.sequence(raw):
        raise Refused("sequence not greater than %d" % trust_file.sequence(raw))
    yield from _verified(raw, signed, digest)
    yield True


def link(data, signed):
    """Take an OfferKey: None after each step, then True; False where it was taken before.

    Refused says why not; OSError: it is not stored.
    """
    raw = _file()
    index, key, serial = key_link.fields(data)
    at = HEAD + index * MODULUS
    if at >= len(raw):
        raise Refused("no key %d to replace" % index)
    if serial == trust_file.serial(raw) and raw[at : at + MODULUS] == key:
        yield False  # its acknowledgement was lost
        return
    if serial <= trust_file.serial(raw):
        raise Refused("serial not greater than %d" % trust_file.serial(raw))
    yield from _verified(raw, signed, sha256(data).digest())
    raw = raw[:at] + key + raw[at + MODULUS :]
    atomic.write(PATH, raw[:SERIAL] + struct.pack("<I", serial) + raw[SEQUENCE:])
    yield True


def _file():
    raw = trust_file.load()
    if not raw:
        raise Refused("no trusted key")
    return raw


def _verified(raw, signed, digest):
    """None after each step; Refused unless a key of the file has signed that digest."""
    for at in range(HEAD, len(raw), MODULUS):
        for good in signature.steps(raw[at : at + MODULUS], signed, digest):  # noqa: B007
            yield None
        if good:
            return
    raise Refused("bad signature")
