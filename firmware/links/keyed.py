"""What needs keys, of the hub or of those who sign updates. Loaded when it is asked for and forgotten."""

import os

from firmware.links.values import acknowledge
from firmware.protocol.commands import DONE, FACTORY_RESET, INTERNAL, MALFORMED, OFFER_UPDATE, REFUSED
from firmware.storage import atomic

TRUST = "trust"  # docs/device.md
WIPE = "wipe"  # of storage.wipe, which the next start goes on with
SURE = b"wipe"


async def run(link, command, data):
    """Do it and answer, or say why not."""
    code, text = REFUSED, b"needs a keyed connection"
    if command == OFFER_UPDATE and TRUST not in os.listdir():
        text = b"trusts no key: flash it with --trust"  # it takes no update from anybody
    elif command == FACTORY_RESET and link.prover:
        code, text = _reset(link, data[2:])
    acknowledge(link, data[0] | data[1] << 8, code, text)


def _reset(link, word):
    """(code, text): factory reset at the next start, which comes soon."""
    if word != SURE:
        return MALFORMED, b"a factory reset says wipe"
    try:
        atomic.write(WIPE, b"\x01")
    except OSError as error:
        return INTERNAL, b"not done: " + str(error).encode()
    link.restart = True
    return DONE, b""
