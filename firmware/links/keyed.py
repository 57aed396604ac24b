"""What needs keys, of the hub or of those who sign updates. Loaded when it is asked for and forgotten."""

import os

from firmware.links.values import acknowledge
from firmware.protocol.commands import OFFER_UPDATE, REFUSED

TRUST = "trust"  # docs/device.md


def refuse(link, command, request):
    """Say why: a plug without any trusted key takes no update from anybody, keyed connection or not."""
    why = b"needs a keyed connection"
    if command == OFFER_UPDATE and TRUST not in os.listdir():
        why = b"trusts no key: flash it with --trust"
    acknowledge(link, request, REFUSED, why)
