"""A change of the settings by the setup page: checked, then tried or kept. Loaded for one request only."""

from firmware import lazy
from firmware.portal import wrong
from firmware.portal.statuses import OK

NEW_NETWORK = "wifi.0."  # it is the first one


async def run(portal, settings, patch, network):
    """(HTTP status, JSON). A change of the network becomes `portal.wanted`, to be tried."""
    try:
        wanted = lazy.call("firmware.storage.settings", "changed", settings, patch)
    except ValueError as error:  # a SettingsError, whose module is loaded for the check only
        return wrong.answer(error, NEW_NETWORK)
    ssid = wanted["wifi"][0]["ssid"] if wanted["wifi"] else ""
    if ssid and (network or wanted.get("address") != settings.get("address")):
        portal.busy = True
        portal.trial = ("connecting", ssid, "")
        portal.wanted = wanted
    else:
        lazy.call("firmware.storage.config", "save", wanted)
        portal.trial = ("saved", "", "")
        portal.saves += 1
    return OK, '{"ok": true}'
