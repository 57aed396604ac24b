"""A change of the configuration as an RFC 7396 merge patch. Loaded for that and forgotten."""

from firmware.storage.faults import SettingsError, below, wish
from firmware.storage.keys import ADDRESS, kinds
from firmware.storage.mask import MASK, SECRETS

NETWORK = ("ssid", "password")
HUB = ("host", "port")


def merged(config, patch):
    """A new dict, not yet checked. "***" keeps a stored secret; SettingsError for a key that is not known."""
    _known("", patch, kinds())
    result = dict(config)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif key == "wifi" and isinstance(value, list):
            stored = {known["ssid"]: known.get("password", "") for known in config.get("wifi", ())}
            result["wifi"] = [_network("wifi.%d" % at, value[at], stored) for at in range(len(value))]
        elif key in ("address", "hub") and isinstance(value, dict):
            _known(key, value, HUB if key == "hub" else ADDRESS.split(" "))
            result[key] = _part(config.get(key) or {}, value)
        elif key not in SECRETS or value != MASK:
            result[key] = value
    return result


def _known(path, values, keys):
    wish(isinstance(values, dict), path, "type", "must be an object")
    for key in values:
        wish(key in keys, below(path, key), "unknown", "is not a setting of this device")


def _part(stored, patch):
    result = dict(stored)
    for key, value in patch.items():
        result[key] = value
        if value is None:
            del result[key]
    return result


def _network(path, network, stored):
    _known(path, network, NETWORK)
    if network.get("password") != MASK:
        return network
    ssid = network.get("ssid")
    if not isinstance(ssid, str) or ssid not in stored:
        field = below(path, "password")
        raise SettingsError(field, "missing", "must be given: none is stored for this network")
    return {"ssid": ssid, "password": stored[ssid]}
