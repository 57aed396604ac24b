"""This device's GUID and that of the hub it last registered at, 16 bytes each, in the file `ident`."""

from firmware.protocol.guid import UNASSIGNED
from firmware.storage import atomic

PATH = "ident"


def load():
    """(GUID, hub GUID); unassigned and zeros when the file is not whole."""
    raw = atomic.read(PATH)
    if len(raw) != 32:
        return UNASSIGNED, b"\0" * 16
    return raw[:16], raw[16:]


def save(guid, hub):
    """Keep both, before either is used."""
    atomic.write(PATH, guid + hub)
