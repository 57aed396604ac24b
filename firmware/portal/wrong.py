"""How a page is told which of its settings cannot be so."""

import json

from firmware.portal.statuses import BUSY, FULL, INVALID


def answer(error, prefix=""):
    """(HTTP status, JSON) of a `faults.SettingsError` or its like; `prefix` is taken off the field's path."""
    field = getattr(error, "field", "")
    if prefix and field.startswith(prefix):
        field = field[len(prefix) :]
    code = "full" if isinstance(error, MemoryError) else getattr(error, "code", "wrong")
    status = {"busy": BUSY, "full": FULL}.get(code, INVALID)
    return status, json.dumps({"field": field, "code": code, "text": str(error)})
