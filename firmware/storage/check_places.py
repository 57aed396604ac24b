"""Checks the addresses and ports of a configuration. Loaded for that and forgotten."""

from firmware.storage.faults import below, is_decimal, length, types, wish
from firmware.storage.keys import ADDRESS

HUB = {"host": str, "port": int}
HOST_MAX = 253  # RFC 1035
LABEL_MAX = 63
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"


def check(config):
    """SettingsError for the first bad value of `address`, `hub`, `discovery_port`."""
    if "address" in config:
        types("address", config["address"], dict.fromkeys(ADDRESS.split(" "), str), True)
        _address(config["address"])
    if "hub" in config:
        types("hub", config["hub"], HUB, True)
        _host(below("hub", "host"), config["hub"]["host"])
        _port(below("hub", "port"), config["hub"]["port"])
    _port("discovery_port", config.get("discovery_port", 1))


def _address(address):
    numbers = []
    for key in ADDRESS.split(" "):
        number = _number(address[key])
        wish(number is not None, below("address", key), "format", "must be four numbers, as 192.168.1.20")
        numbers.append(number)
    ip, mask, gateway, _ = numbers
    hosts = mask ^ 0xFFFFFFFF
    wish(mask and hosts > 1 and not hosts & (hosts + 1), "address.mask", "range", "is no network mask")
    good = 0 < ip & hosts < hosts and 0 < ip >> 24 < 224
    wish(good, below("address", "ip"), "range", "is no address of a device")
    wish(ip & mask == gateway & mask, "address.gateway", "range", "must lie in the network of address.ip")


def _number(text):
    """The 32 bits of "a.b.c.d"; None when it is none."""
    parts = text.split(".")
    if len(parts) != 4:
        return None
    number = 0
    for part in parts:
        if not part or len(part) > 3 or not is_decimal(part) or int(part) > 255:
            return None
        number = number << 8 | int(part)
    return number


def _host(field, host):
    length(field, host, 1, HOST_MAX)
    good = all([_is_label(label) for label in host.split(".")])
    if is_decimal(host.replace(".", "")):
        good = _number(host) is not None
    wish(good, field, "format", "must be an address or a name, as 192.168.1.2 or hub.example")


def _is_label(label):
    return 0 < len(label) <= LABEL_MAX and not label.strip(LETTERS)


def _port(field, port):
    wish(0 < port < 65536, field, "range", "must be a port, 1 to 65535")
