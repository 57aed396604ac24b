"""The keys of the configuration, schema 1, and what their values are (docs/device.md)."""

from firmware.board import this

# In texts, not in a dict: a name in a program stays in the heap for good.
NUMBERS = "schema discovery_port"
TEXTS = "name model power_on ap_key join_code page_password"
FLAGS = "insecure development led_dark"
OBJECTS = "address hub"
ADDRESS = "ip mask gateway dns"


def kinds():
    """[({key, …}, type of their values), …], each key in one of them."""
    texts = TEXTS + " switch" if this.INPUTS else TEXTS
    pairs = (NUMBERS, int), (texts, str), (FLAGS, bool), (OBJECTS, dict), ("wifi", list)
    return [(keys.split(" "), kind) for keys, kind in pairs]


def is_known(key):
    """Whether it is one of them."""
    return bool([keys for keys, _ in kinds() if key in keys])
