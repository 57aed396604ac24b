"""A change of the configuration: its parts first, one by one. Loaded for that and forgotten."""

from firmware import lazy

PARTS = ("wifi", "address", "hub")


def merged(config, patch):
    """A new dict, not yet checked. "***" keeps a stored secret; SettingsError for a key that is not known."""
    for key in PARTS:
        if isinstance(patch, dict) and patch.get(key) is not None:
            part = lazy.call("firmware.storage.merge_part", "merged", key, config.get(key), patch[key])
            patch = dict(patch, **{key: part})
    return lazy.call("firmware.storage.merge", "merged", config, patch)
