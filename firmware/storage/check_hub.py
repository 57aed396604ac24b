"""Checks where a configuration looks for hubs. Loaded for that and forgotten."""

from firmware.storage.check_text import length
from firmware.storage.digits import is_decimal
from firmware.storage.dotted import number_of
from firmware.storage.faults import below, wish

HOST_MAX = 253  # RFC 1035
LABEL_MAX = 63
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"


def check(config):
    """SettingsError for the first bad value of `hub`, `discovery_port`; their types are right."""
    if "hub" in config:
        _host(below("hub", "host"), config["hub"]["host"])
        _port(below("hub", "port"), config["hub"]["port"])
    _port("discovery_port", config.get("discovery_port", 1))


def _host(field, host):
    length(field, host, 1, HOST_MAX)
    good = all([_is_label(label) for label in host.split(".")])
    if is_decimal(host.replace(".", "")):
        good = number_of(host) is not None
    wish(good, field, "format", "must be an address or a name, as 192.168.1.2 or hub.example")


def _is_label(label):
    return 0 < len(label) <= LABEL_MAX and not label.strip(LETTERS)


def _port(field, port):
    wish(0 < port < 65536, field, "range", "must be a port, 1 to 65535")
