"""Makes a change of the configuration while the device runs; `keep` stores it. Loaded for that and forgotten.

Each step loads its module alone: together they would not fit.
"""

from firmware import lazy

# A wrong value of these could cut the device off: they are tried before they replace what works.
TRIED = ("wifi", "address", "hub", "insecure", "development", "discovery_port")


class BusyError(ValueError):
    """As `storage.faults.SettingsError`: another change is on trial."""

    field = ""
    code = "busy"


async def run(session, patch):
    """(new configuration, whether it is to be tried first) of a merge patch; None when it changes nothing.

    ValueError when it cannot be so.
    """
    typed = patch.get("page_password") if isinstance(patch, dict) else None
    if typed and typed != "***":
        patch = dict(patch, page_password=await lazy.run("firmware.storage.seal", typed))
    if session.trying:
        raise BusyError("New settings are being tried just now; wait three minutes.")
    old = lazy.call("firmware.storage.config", "load")
    new = lazy.call("firmware.storage.settings", "changed", old, patch)
    if new == old:
        return None
    return new, [new.get(key) for key in TRIED] != [old.get(key) for key in TRIED]
