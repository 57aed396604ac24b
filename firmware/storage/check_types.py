"""Checks the types of a configuration. Loaded for that and forgotten."""

from firmware.storage.check_each import types
from firmware.storage.faults import wish
from firmware.storage.keys import kinds


def check(config):
    """SettingsError for the first value of another type, and for another schema."""
    for keys, kind in kinds():
        types("", config, dict.fromkeys(keys, kind))
    wish(config.get("schema", 1) == 1, "schema", "range", "must be the number 1")
