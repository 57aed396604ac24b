"""Checks and seals a page's new password. Loaded for that and forgotten."""

from firmware.storage import password
from firmware.storage.faults import SettingsError

LENGTH_MIN = 8
LENGTH_MAX = 63


async def run(typed):
    """The password as it is stored; takes a second of a chip's time, in short steps. SettingsError."""
    if not isinstance(typed, str) or not LENGTH_MIN <= len(typed.encode()) <= LENGTH_MAX:
        text = "must have %d to %d bytes" % (LENGTH_MIN, LENGTH_MAX)
        raise SettingsError("page_password", "length", text)
    return await password.seal(typed)
