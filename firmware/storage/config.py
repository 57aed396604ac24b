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
SIZE_MAX = 4096  # bytes: more than that a plug's heap may not hold while it runs
OBJECTS_MAX = 100  # objects and lists in it, for the same reason


def load():
    """The configuration as a dict; the last good one when it is broken, {} when there is none."""
    for path in (PATH, OLD):
        try:
            raw = _read(path)
            if raw:
                return parse(raw)
        except ValueError as error:
            print(path, "is broken:", error)
            _keep_bad(path)
        except MemoryError as error:  # it may be good, and the heap full just now
            print(path, "does not fit:", error)
    return {}


def _read(path):
    try:
        _check_size(os.stat(path)[6])
    except OSError:
        return b""
    return atomic.read(path)


def _check_size(size):
    if size > SIZE_MAX:
        raise ValueError("larger than %d bytes" % SIZE_MAX)


def _keep_bad(path):
    if path == PATH:  # the older one is no news: it stays where it is
        try:
            os.rename(path, BAD)
        except OSError as error:  # a full flash must not stop the boot
            print("not kept:", error)


def parse(raw):
    """The dict of a file's bytes, brought to this schema; ValueError when it cannot be used."""
    _check_size(len(raw))
    if raw.count(b"{") + raw.count(b"[") > OBJECTS_MAX:
        raise ValueError("more than %d objects and lists" % OBJECTS_MAX)
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
