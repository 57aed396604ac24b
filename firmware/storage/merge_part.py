"""A change of the networks or of an address in the configuration. Loaded for that and forgotten."""

from firmware.storage.faults import SettingsError, below, wish
from firmware.storage.keys import ADDRESS
from firmware.storage.mask import MASK

NETWORK = ("ssid", "password")
HUB = ("host", "port")


def merged(key, stored, value):
    """What becomes of what is stored, None where there is nothing; of a wrong type it stays what it is."""
    if key == "wifi" and isinstance(value, list):
        known = {network["ssid"]: network.get("password", "") for network in stored or ()}
        return [_network("wifi.%d" % at, value[at], known) for at in range(len(value))]
    if key != "wifi" and isinstance(value, dict):
        _known(key, value, HUB if key == "hub" else ADDRESS.split(" "))
        return _part(stored or {}, value)
    return value


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
