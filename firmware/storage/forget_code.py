"""Takes a used join code out of the settings. Loaded and forgotten: `config` would be too much then."""

import json

from firmware.storage import atomic
from firmware.storage.store import OLD, PATH


def forget():
    """Out of the settings and of those before; OSError or MemoryError: not done, and to be done again."""
    for path in (PATH, OLD):
        try:
            settings = json.loads(atomic.read(path))
        except ValueError:  # not there, or of no use
            continue
        if isinstance(settings, dict) and settings.pop("join_code", None):
            atomic.write(path, json.dumps(settings).encode())
