"""Which settings are secrets, and how they are shown."""

SECRETS = ("password", "ap_key", "join_code", "page_password", "key")
MASK = "***"


def hide(value):
    """Make every secret of a configuration, or of a part of it, "***"; no copy, since memory is short."""
    if isinstance(value, list):
        for item in value:
            hide(item)
    elif isinstance(value, dict):
        for name in value:
            if name in SECRETS and value[name]:
                value[name] = MASK
            else:
                hide(value[name])


def carries_secret(patch):
    """Whether a patch holds a secret itself; "***" and what is empty are none. Looks where secrets may be."""
    parts = [patch]
    if isinstance(patch, dict) and isinstance(patch.get("wifi"), list):
        parts += patch["wifi"]
    for part in parts:
        for name in SECRETS:
            if isinstance(part, dict) and part.get(name) and part[name] != MASK:
                return True
    return False
