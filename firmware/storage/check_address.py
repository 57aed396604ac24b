"""Checks a fixed address of a configuration. Loaded for that and forgotten."""

from firmware.storage.dotted import number_of
from firmware.storage.faults import below, wish
from firmware.storage.keys import ADDRESS


def check(config):
    """SettingsError for the first bad value of `address`; their types are right."""
    if "address" in config:
        _address(config["address"])


def _address(address):
    numbers = []
    for key in ADDRESS.split(" "):
        number = number_of(address[key])
        wish(number is not None, below("address", key), "format", "must be four numbers, as 192.168.1.20")
        numbers.append(number)
    ip, mask, gateway, _ = numbers
    hosts = mask ^ 0xFFFFFFFF
    wish(mask and hosts > 1 and not hosts & (hosts + 1), "address.mask", "range", "is no network mask")
    good = 0 < ip & hosts < hosts and 0 < ip >> 24 < 224
    wish(good, below("address", "ip"), "range", "is no address of a device")
    wish(ip & mask == gateway & mask, "address.gateway", "range", "must lie in the network of address.ip")
