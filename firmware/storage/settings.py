"""Changes of the configuration: merged, then checked value by value. Loaded for that and forgotten.

What it needs is loaded one by one: all of it at once would not fit beside a mode.
"""

from firmware import lazy


def changed(config, patch):
    """`checked` of `merged`."""
    return checked(merged(config, patch))


def merged(config, patch):
    """A new dict, not yet checked. "***" keeps a stored secret; SettingsError for a key that is not known."""
    return lazy.call("firmware.storage.merging", "merged", config, patch)


def checked(config):
    """The same dict after all `checks`."""
    for _ in checks(config):
        pass
    return config


def checks(config):
    """Checks it step by step and brings a join code into its canonical form; SettingsError at a bad value.

    A page's password must be sealed already. Keys that are not known here are left alone: a newer version
    may have stored them.
    """
    lazy.call("firmware.storage.check_types", "check", config)
    yield
    lazy.call("firmware.storage.check_parts", "check", config)
    yield
    lazy.call("firmware.storage.check_basic", "check", config)
    yield
    lazy.call("firmware.storage.check_passwords", "check", config)
    yield
    lazy.call("firmware.storage.check_wifi", "check", config.get("wifi", ()))
    yield
    lazy.call("firmware.storage.check_address", "check", config)
    yield
    lazy.call("firmware.storage.check_hub", "check", config)
    yield
    if "join_code" in config:
        config["join_code"] = lazy.call("firmware.storage.check_code", "check", config["join_code"])
