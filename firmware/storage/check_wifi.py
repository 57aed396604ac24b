"""Checks the networks of a configuration. Loaded for that and forgotten."""

from firmware.storage.check_each import types
from firmware.storage.check_text import is_hex, length, no_zero, passphrase
from firmware.storage.faults import below, wish

NETWORK = {"ssid": str, "password": str}
NETWORKS_MAX = 4
SSID_MAX = 32  # bytes, of IEEE 802.11
PSK = 64  # hex digits: the key itself in place of a passphrase


def check(networks):
    """SettingsError for the first bad value of [{ssid, password}, ...]."""
    wish(len(networks) <= NETWORKS_MAX, "wifi", "many", "may name at most %d networks" % NETWORKS_MAX)
    for at, network in enumerate(networks):
        path = "wifi.%d" % at
        types(path, network, NETWORK)
        wish("ssid" in network, below(path, "ssid"), "missing", "must be given")
        length(below(path, "ssid"), network["ssid"], 1, SSID_MAX)
        no_zero(below(path, "ssid"), network["ssid"])
        _password(below(path, "password"), network.get("password", ""))


def _password(field, password):
    if len(password) == PSK and len(password.encode()) == PSK:
        wish(is_hex(password), field, "format", "of 64 characters must be hexadecimal digits")
    else:
        passphrase(field, password)
