"""What this device can prove itself by to a hub: its keys, then a join code. Loaded and forgotten."""

from firmware.protocol import psk_identity
from firmware.storage import hub_keys
from firmware.storage.hub_keys import BY_CODE, KEY, NEXT, NONE


def of(guid, hub, last, code_key):
    """[(hub GUID or b"" for a code's, identity, key)] in the order to try; `hub`: None where it is not known.

    `last`: the hub that comes first then; `code_key`: None without a join code.
    """
    found = []
    for entry in hub_keys.entries():
        if hub in (None, entry[:BY_CODE]):
            at = 0 if entry[:BY_CODE] == last else len(found)
            for key in (entry[KEY:NEXT], entry[NEXT:]):  # the next one before it
                if key != NONE:
                    found.insert(at, (entry[:BY_CODE], psk_identity.of_device(guid, key), key))
    if code_key:
        found.append((b"", psk_identity.of_code(code_key), code_key))
    return found
