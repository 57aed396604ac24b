"""To whom this device can prove itself. Loaded for that and forgotten."""

from firmware.protocol.beacon import TCP, TLS
from firmware.storage import hub_keys
from firmware.storage.hub_keys import BY_CODE


def by(settings):
    """(protocol id, GUIDs of the hubs that it has a key for; None: any hub will do)."""
    if settings.get("join_code"):
        return TLS, None
    known = [entry[:BY_CODE] for entry in hub_keys.entries()]
    if not known and settings.get("insecure"):
        return TCP, None
    return TLS, known
