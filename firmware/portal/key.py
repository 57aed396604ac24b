"""The password of the access point of a configured plug. Loaded for that and forgotten."""

PSK = 64  # characters: the key itself, which no phone takes as a password


def of(settings):
    """The key that was set, else the password of the first network; "" when there is neither."""
    networks = settings.get("wifi") or [{}]
    password = networks[0].get("password", "")
    if len(password) == PSK:
        password = ""
    return settings.get("ap_key") or password
