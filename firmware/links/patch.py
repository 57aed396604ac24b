"""Reads the change that SetConfig wants: a step of it. Loaded for that and forgotten."""

import json

from firmware import lazy
from firmware.protocol.commands import MALFORMED, REFUSED
from firmware.protocol.errors import ProtocolError


async def run(session, text):
    """The next step merges what the JSON says. ProtocolError: it is none, or has secrets in the clear."""
    try:
        patch = json.loads(text)
    except ValueError:
        raise ProtocolError(MALFORMED, "no JSON") from None
    if session.link.prover is None and lazy.call("firmware.storage.mask", "carries_secret", patch):
        raise ProtocolError(REFUSED, "a secret needs a keyed connection")
    return "firmware.links.change", patch
