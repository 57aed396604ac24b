"""IPv4 addresses as texts."""


def is_address(host):
    """True for "a.b.c.d"."""
    parts = host.split(".")
    return len(parts) == 4 and all([part.isdigit() and int(part) < 256 for part in parts])
