"""The configuration once more: `config` has checked it at the boot or before it was stored, and is large."""

import json

from firmware.storage import atomic
from firmware.storage.config import WIPE
from firmware.storage.store import OLD, PATH, TRY


def load(trying=False):
    """The same dict as `config.load` gives. MemoryError when the heap is full just now."""
    if atomic.read(WIPE):
        return {}
    for path in (TRY, PATH, OLD) if trying else (PATH, OLD):
        try:
            return json.loads(atomic.read(path))
        except ValueError:  # not there, or of no use: the boot has said so
            continue
    return {}
