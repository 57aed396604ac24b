"""Changes of the configuration: merged, then checked value by value. Loaded for that and forgotten.

What it needs is loaded one by one: all of it at once would not fit beside a mode.
"""

from firmware import lazy


def changed(config, patch):
    """`checked` of `merged`."""
    return checked(merged(config, patch))


def merged(config, patch):
    """A new dict, not yet checked. "***" keeps a stored secret; SettingsError for a key that is not known."""
    return lazy.call("firmware.storage.merge", "merged", config, patch)


def checked(config):
    """The same dict, a join code in its canonical form; `faults.SettingsError` for the first bad value.

    A page's password must be sealed already. Keys that are not known here are left alone: a newer version
    may have stored them.
    """
    lazy.call("firmware.storage.check_basic", "check", config)
    lazy.call("firmware.storage.check_wifi", "check", config.get("wifi", ()))
    lazy.call("firmware.storage.check_places", "check", config)
    if "join_code" in config:
        config["join_code"] = lazy.call("firmware.storage.check_code", "check", config["join_code"])
    return config
