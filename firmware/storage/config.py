"""The configuration: JSON in config.json, the last good one in config.old, a broken one in config.bad.

Schema 1, every key optional: name, wifi [{ssid, password}], hub {host, port}, insecure, development,
discovery_port, power_on ("off", "on", "last").
"""

import json
import os

from firmware.storage import atomic

SCHEMA = 1
TYPES = {
    "name": str,
    "model": str,
    "wifi": list,
    "hub": dict,
    "insecure": bool,
    "development": bool,
    "discovery_port": int,
    "power_on": str,
}
PATH = "config.json"
OLD = "config.old"
BAD = "config.bad"


def load():
    """The configuration as a dict; the last good one when it is broken, {} when there is none."""
    for path in (PATH, OLD):
        try:
            raw = atomic.read(path)
            if raw:
                return parse(raw)
        except (ValueError, MemoryError) as error:  # too large or too deep is broken, too
            print(path, "is broken:", error)
            _keep_bad(path)
    return {}


def _keep_bad(path):
    if path == PATH:  # the older one is no news: it stays where it is
        try:
            os.rename(path, BAD)
        except OSError as error:  # a full flash must not stop the boot
            print("not kept:", error)


def parse(raw):
    """The dict of a file's bytes, brought to this schema; ValueError when it cannot be used."""
    config = json.loads(raw)
    _check(config, TYPES)
    if config.get("schema", SCHEMA) != SCHEMA:
        raise ValueError("schema %s is not known here" % config["schema"])
    for network in config.get("wifi", ()):
        _check(network, {"ssid": str, "password": str}, "ssid")
    if config.get("hub"):
        _check(config["hub"], {"host": str, "port": int}, "host", "port")
        _check_port(config["hub"]["port"])
    _check_port(config.get("discovery_port", 1))
    return config


def _check_port(port):
    if not 0 < port < 65536:
        raise ValueError("%s is not a port" % port)


def _check(values, types, *needed):
    if not isinstance(values, dict):
        raise ValueError("not an object")
    for key in needed:
        if key not in values:
            raise ValueError("%s is missing" % key)
    for key in values:
        if not isinstance(values[key], types.get(key, object)):
            raise ValueError("%s is not a %s" % (key, types[key].__name__))


def save(config):
    """Replace the configuration; a power cut leaves the old or the new one."""
    config["schema"] = SCHEMA
    raw = json.dumps(config).encode()
    parse(raw)
    good = atomic.read(PATH)
    if good and good != raw:
        atomic.write(OLD, good)
    atomic.write(PATH, raw)
