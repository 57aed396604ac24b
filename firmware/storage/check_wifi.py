"""Checks the networks of a configuration. Loaded for that and forgotten."""

from firmware.storage.check_text import length, no_zero, passphrase
from firmware.storage.digits import is_hex
from firmware.storage.faults import below, wish

SSID_MAX = 32  # bytes, of IEEE 802.11
PSK = 64  # hex digits: the key itself in place of a passphrase


def check(networks):
    """SettingsError for the first bad value of [{ssid, password}, ...], whose types are right."""
    for at, network in enumerate(networks):
        path = "wifi.%d" % at
        length(below(path, "ssid"), network["ssid"], 1, SSID_MAX)
        no_zero(below(path, "ssid"), network["ssid"])
        _password(below(path, "password"), network.get("password", ""))


def _password(field, password):
    if len(password) == PSK and len(password.encode()) == PSK:
        wish(is_hex(password), field, "format", "of 64 characters must be hexadecimal digits")
    else:
        passphrase(field, password)
