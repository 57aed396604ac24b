"""A change of the configuration as an RFC 7396 merge patch. Loaded for that and forgotten."""

from firmware.storage.faults import below, wish
from firmware.storage.keys import is_known
from firmware.storage.mask import MASK, SECRETS


def merged(config, patch):
    """A new dict, not yet checked; `merge_part` has been there. SettingsError for a key that is not known."""
    wish(isinstance(patch, dict), "", "type", "must be an object")
    result = dict(config)
    for key, value in patch.items():
        wish(is_known(key), below("", key), "unknown", "is not a setting of this device")
        if value is None:
            result.pop(key, None)
        elif key not in SECRETS or value != MASK:
            result[key] = value
    return result
