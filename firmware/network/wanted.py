"""Which hubs are sought, by the settings. Loaded for that and forgotten: settings are large."""

from firmware import lazy


def by(session):
    """(configured address, what `network.hubs.Hubs` is made with); an address is a dict, or None."""
    settings = session.settings()
    protocol, known = lazy.call("firmware.network.provable", "by", settings)
    configured = settings.get("hub")
    if known == []:  # without anything to prove itself by it cannot join there either
        print("no hub: neither a key nor a join code")
        configured = None
    return configured, (protocol, known, settings.get("development", False))
