"""The check of the types of several values. Loaded by the checks that need it."""

from firmware.storage.faults import below, wish

WORDS = {
    str: "must be a text",
    int: "must be a whole number",
    bool: "must be true or false",
    list: "must be a list",
    dict: "must be an object",
}


def types(path, values, kinds, needed=False):
    """The values have these types; all of them are there where they are `needed`."""
    wish(isinstance(values, dict), path, "type", "must be an object")
    for key, kind in kinds.items():
        if key in values:
            right = type(values[key]) is kind  # a bool is an int for isinstance
            wish(right, below(path, key), "type", WORDS[kind])
        else:
            wish(not needed, below(path, key), "missing", "must be given")
