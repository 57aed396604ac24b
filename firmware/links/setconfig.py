"""SetConfig (PROTOCOL section 3). Loaded for that and forgotten."""

import json

from firmware import lazy
from firmware.links.values import acknowledge
from firmware.protocol.commands import (
    BUSY,
    DONE,
    INTERNAL,
    MALFORMED,
    OUT_OF_RANGE,
    REFUSED,
    TOO_LARGE,
    WRONG_TYPE,
)

CODES = {"busy": BUSY, "type": WRONG_TYPE}


async def run(link, request, text):
    """Do it and answer."""
    code, said = await _put(link.session, text)
    if link.sock:
        acknowledge(link, request, code, said.encode())


async def _put(session, text):
    """(code, text) of the Acknowledge."""
    try:
        patch = json.loads(text)
    except ValueError:
        return MALFORMED, "no JSON"
    try:
        if session.link.prover is None and lazy.call("firmware.storage.mask", "carries_secret", patch):
            return REFUSED, "a secret needs a keyed connection"
        change = await lazy.run("firmware.links.change", session, patch)
        if change:
            lazy.call("firmware.links.keep", "keep", session, *change)
    except ValueError as error:  # mostly a SettingsError
        return CODES.get(getattr(error, "code", ""), OUT_OF_RANGE), str(error)
    except MemoryError:
        return TOO_LARGE, "no memory for that now"
    except OSError as error:
        return INTERNAL, "not stored: " + str(error)
    return DONE, ""
