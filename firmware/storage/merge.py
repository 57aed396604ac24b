"""A change of the configuration as an RFC 7396 merge patch. Loaded for that and forgotten."""

from firmware import lazy
from firmware.storage.faults import below, wish
from firmware.storage.keys import is_known
from firmware.storage.mask import MASK, SECRETS

PARTS = ("wifi", "address", "hub")


def merged(config, patch):
    """A new dict, not yet checked. "***" keeps a stored secret; SettingsError for a key that is not known."""
    wish(isinstance(patch, dict), "", "type", "must be an object")
    result = dict(config)
    for key, value in patch.items():
        wish(is_known(key), below("", key), "unknown", "is not a setting of this device")
        if value is None:
            result.pop(key, None)
        elif key in PARTS:
            result[key] = lazy.call("firmware.storage.merge_part", "merged", key, config.get(key), value)
        elif key not in SECRETS or value != MASK:
            result[key] = value
    return result
