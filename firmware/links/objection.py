"""Says why settings were not taken. Loaded for that and forgotten."""

from firmware.protocol.commands import BUSY, INTERNAL, OUT_OF_RANGE, WRONG_TYPE

CODES = {"busy": BUSY, "type": WRONG_TYPE}


def to(error):
    """(code, UTF-8) of the Acknowledge; `error`: mostly a SettingsError."""
    if isinstance(error, OSError):
        return INTERNAL, b"not stored: " + str(error).encode()
    code = getattr(error, "code", "")
    return code if isinstance(code, int) else CODES.get(code, OUT_OF_RANGE), str(error).encode()
