"""The configuration: JSON in config.json, the last good one in config.old, a broken one in config.bad.

docs/device.md lists the keys of schema 1, all of them optional. What a file must have to be usable is checked
here, what a person may set in `storage.settings`; `storage.store` writes that. config.try holds what is being
tried: config.json is the old one until the new one has proved itself.
"""

import json
import os

from firmware import lazy
from firmware.storage import atomic
from firmware.storage.keys import ADDRESS, kinds
from firmware.storage.store import OLD, PATH, SCHEMA, TRY, check_objects, check_size, pack, put, put_trial

BAD = "config.bad"
WIPE = "wipe"


def load(trying=False):
    """The configuration as a dict; the last good one when it is broken, {} when there is none.

    `trying`: the one that is being tried instead. MemoryError when the heap is full just now: then neither
    an older one nor none may pass for it.
    """
    if atomic.read(WIPE) and not _wiped():
        return {}
    for path in (TRY, PATH, OLD) if trying else (PATH, OLD):
        try:
            raw = _read(path)
            if raw:
                return parse(raw)
        except ValueError as error:
            print(path, "cannot be used:", error)
            _keep_bad(path)
    return {}


def _wiped():
    """The power failed in a factory reset: go on with it. False: the flash does not let it end."""
    try:
        lazy.call("firmware.storage.wipe", "finish")
    except OSError as error:
        print("factory reset:", error)
        return False
    return True


def _read(path):
    try:
        check_size(os.stat(path)[6])
    except OSError:
        return b""
    return atomic.read(path)


def _keep_bad(path):
    if path == PATH:  # the older one is no news: it stays where it is
        try:
            os.rename(path, BAD)
        except OSError as error:  # a full flash must not stop the boot
            print("broken settings not kept:", error)


def parse(raw):
    """The dict of a file's bytes, brought to this schema; ValueError when it cannot be used."""
    check_size(len(raw))
    check_objects(raw)
    config = json.loads(raw)
    for keys, kind in kinds():
        _check(config, dict.fromkeys(keys, kind))
    if config.get("schema", SCHEMA) != SCHEMA:
        raise ValueError("schema %s is not known here" % config["schema"])
    for network in config.get("wifi", ()):
        _check(network, {"ssid": str, "password": str}, "ssid")
    if config.get("hub"):
        _check(config["hub"], {"host": str, "port": int}, "host", "port")
        _check_port(config["hub"]["port"])
    if config.get("address"):
        parts = ADDRESS.split(" ")
        _check(config["address"], dict.fromkeys(parts, str), *parts)
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
    put(_raw(config))


def save_trial(config):
    """Store what is to be tried; it counts only for who loads it with `trying`."""
    put_trial(_raw(config))


def _raw(config):
    raw = pack(config)
    parse(raw)
    return raw


def drop_trial():
    """Forget what was tried; True when there was something."""
    try:
        os.remove(TRY)
    except OSError:
        return False
    return True
