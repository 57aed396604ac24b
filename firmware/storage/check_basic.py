"""Checks the types of a configuration and its plain values. Loaded for that and forgotten."""

from firmware.board import this
from firmware.storage.faults import is_decimal, is_hex, length, passphrase, types, wish
from firmware.storage.keys import kinds

NAME_MAX = 64  # bytes; the messages that carry it hold 1,536
ROUNDS_MAX = 10000  # of a page's password: ten seconds of a chip's time
POWER_ON = ("off", "on", "last")


def check(config):
    """SettingsError for the first bad value; networks, addresses and codes are left to the other checks."""
    types("", config, kinds())
    wish(config.get("schema", 1) == 1, "schema", "range", "must be the number 1")
    length("name", config.get("name", "-"), 1, NAME_MAX)
    wish(config.get("power_on", "on") in POWER_ON, "power_on", "range", "must be off, on or last")
    if this.INPUTS:
        known = config.get("switch", "off") in ("toggle", "push", "off")
        wish(known, "switch", "range", "must be toggle, push or off")
    passphrase("ap_key", config.get("ap_key", ""))
    _check_sealed(config.get("page_password", ""))


def _check_sealed(sealed):
    parts = sealed.split("$")
    good = len(parts) == 3 and all([part and is_hex(part) for part in parts])
    good = good and len(parts[0]) < 6 and is_decimal(parts[0])
    good = good and 0 < int(parts[0]) <= ROUNDS_MAX and len(parts[1]) % 2 == 0 and len(parts[2]) == 64
    wish(not sealed or good, "page_password", "format", "must be sealed before it is stored")
