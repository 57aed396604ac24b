"""Writes configurations that were checked already: `config`, which reads them, is large."""

import json
import os

from firmware.storage import atomic

SCHEMA = 1
PATH = "config.json"
OLD = "config.old"
TRY = "config.try"
SIZE_MAX = 4096  # bytes: more than that a plug's heap may not hold while it runs
OBJECTS_MAX = 100  # objects and lists in it, for the same reason


def pack(config):
    """What is stored of it; ValueError when it is too large."""
    config["schema"] = SCHEMA
    raw = json.dumps(config).encode()
    check_size(len(raw))
    check_objects(raw)
    return raw


def check_size(size):
    """ValueError for a file that is too large."""
    if size > SIZE_MAX:
        raise ValueError("larger than %d bytes" % SIZE_MAX)


def check_objects(raw):
    """The same for too many parts; those in texts count too."""
    if raw.count(b"{") + raw.count(b"[") > OBJECTS_MAX:
        raise ValueError("more than %d objects and lists" % OBJECTS_MAX)


def put(raw):
    """Replace the configuration; a power cut leaves the old or the new one."""
    if atomic.holds(PATH, raw):
        return
    if not atomic.holds(PATH, b""):
        atomic.copy(PATH, OLD)
    atomic.write(PATH, raw)


def put_trial(raw):
    """Store what is to be tried; it counts only for who loads it with `trying`."""
    atomic.write(TRY, raw)


def keep_trial():
    """What was tried is the configuration now; a power cut leaves the old or the new one."""
    if not atomic.holds(PATH, b""):
        atomic.copy(PATH, OLD)
    os.rename(TRY, PATH)
