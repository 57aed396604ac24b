"""Whose word counts for an update. Loaded for that and forgotten."""

from firmware.update import trust_file

NOBODY = "no trusted key"


def keys_for(sequence):
    """(number of keys that may have signed an update of that sequence, None), or (0, why it is refused)."""
    found = trust_file.head()
    if not found:
        return 0, NOBODY
    if sequence <= found[2]:
        return 0, "sequence not greater than %d" % found[2]
    return found[0], None
