"""The keys of the configuration, schema 1, and what their values are (docs/device.md)."""

from firmware.board import this

# In texts, not in a dict: a name in a program stays in the heap for good.
TEXTS = "name model power_on ap_key join_code page_password"
FLAGS = "insecure development led_dark"
OBJECTS = "address hub"
ADDRESS = "ip mask gateway dns"


def kinds():
    """{key: type of its value}."""
    found = {"schema": int, "wifi": list, "discovery_port": int}
    for keys, kind in ((TEXTS, str), (FLAGS, bool), (OBJECTS, dict)):
        for key in keys.split(" "):
            found[key] = kind
    if this.INPUTS:
        found["switch"] = str
    return found
