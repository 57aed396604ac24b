"""Which settings are secrets, and how they are shown."""

SECRETS = ("password", "ap_key", "join_code", "page_password", "key")
MASK = "***"


def masked(value):
    """A copy of a configuration, or of a part of it, with every secret as "***"."""
    if isinstance(value, list):
        return [masked(item) for item in value]
    if isinstance(value, dict):
        return {name: MASK if name in SECRETS and item else masked(item) for name, item in value.items()}
    return value


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
