"""This device's keys, one entry for each hub, in the file `keys`. Loaded for that and forgotten.

offset size field
0      16   GUID of the hub
16     1    1: a join code has brought a key, and is forgotten once the hub has accepted the device under one
17     32   key; zeros: the hub has not accepted the next one yet, which is the first
49     32   next key; zeros: none
"""

from firmware.storage import atomic

PATH = "keys"
SIZE = 81
HUBS = 3  # the one used last first; a fourth pushes the last out
BY_CODE = 16
KEY = 17
NEXT = 49
NONE = bytes(32)


def entries():
    """All of them, 81 bytes each."""
    raw = atomic.read(PATH)
    return [raw[at : at + SIZE] for at in range(0, len(raw) - SIZE + 1, SIZE)]


def put(hub, key, by_code):
    """Keep a new key beside the present one, before it is used; False: it is there. OSError: a full flash."""
    entry = _entry(hub)
    if key in (entry[KEY:NEXT], entry[NEXT:]):
        return False
    # A code that is not forgotten yet stays to be forgotten.
    _save(hub + (b"\x01" if by_code else entry[BY_CODE:KEY]) + entry[KEY:NEXT] + key)
    return True


def accepted(hub, key):
    """The hub has accepted the device under that key: an older one goes. True: forget the join code, too."""
    entry = _entry(hub)
    if key == entry[NEXT:]:
        entry = entry[:KEY] + key + NONE
        _save(entry)
    return entry[BY_CODE] == 1


def forgotten(hub):
    """The join code is forgotten."""
    entry = _entry(hub)
    _save(entry[:BY_CODE] + b"\0" + entry[KEY:])


def _entry(hub):
    for entry in entries():
        if entry[:BY_CODE] == hub:
            return entry
    return hub + b"\0" + NONE + NONE


def _save(entry):
    others = [each for each in entries() if each[:BY_CODE] != entry[:BY_CODE]]
    atomic.write(PATH, entry + b"".join(others[: HUBS - 1]))
