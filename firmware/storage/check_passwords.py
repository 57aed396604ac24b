"""Checks the passwords of a configuration but those of networks. Loaded for that and forgotten."""

from firmware.storage.check_text import passphrase
from firmware.storage.digits import is_decimal, is_hex
from firmware.storage.faults import wish

ROUNDS_MAX = 10000  # of a page's password: ten seconds of a chip's time


def check(config):
    """SettingsError for the first bad value; their types are right."""
    passphrase("ap_key", config.get("ap_key", ""))
    sealed = config.get("page_password", "")
    wish(not sealed or _is_sealed(sealed), "page_password", "format", "must be sealed before it is stored")


def _is_sealed(text):
    parts = text.split("$")
    if len(parts) != 3 or not all([part and is_hex(part) for part in parts]):
        return False
    rounds, salt, key = parts
    right = len(rounds) < 6 and is_decimal(rounds) and 0 < int(rounds) <= ROUNDS_MAX
    return right and len(salt) % 2 == 0 and len(key) == 64
