"""Checks the types in the parts of a configuration. Loaded for that and forgotten."""

from firmware.storage.check_each import types
from firmware.storage.faults import below, wish
from firmware.storage.keys import ADDRESS

NETWORKS_MAX = 4


def check(config):
    """SettingsError for the first value of another type, what is missing, and too many networks."""
    networks = config.get("wifi", ())
    wish(len(networks) <= NETWORKS_MAX, "wifi", "many", "may name at most %d networks" % NETWORKS_MAX)
    for at, network in enumerate(networks):
        path = "wifi.%d" % at
        types(path, network, {"ssid": str, "password": str})
        wish("ssid" in network, below(path, "ssid"), "missing", "must be given")
    if "address" in config:
        types("address", config["address"], dict.fromkeys(ADDRESS.split(" "), str), True)
    if "hub" in config:
        types("hub", config["hub"], {"host": str, "port": int}, True)
