"""How strongly an ESP32 hears its access point. Only in its images: `if this.CHIP == "ESP32"`."""

import network

NOTHING_DBM = 31  # as an ESP8266 says it


def dbm():
    """Of the station; NOTHING_DBM when it is not joined, for which `status("rssi")` raises OSError there."""
    try:
        return network.WLAN(network.STA_IF).status("rssi")
    except OSError:
        return NOTHING_DBM
