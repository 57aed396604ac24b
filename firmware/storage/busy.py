"""Refuses a change of the configuration while another one is on trial. Loaded for that and forgotten."""


class BusyError(ValueError):
    """As `storage.faults.SettingsError`."""

    field = ""
    code = "busy"


def refuse():
    """Raise it."""
    raise BusyError("New settings are being tried just now; wait three minutes.")
