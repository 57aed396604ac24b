"""The chip's own address."""

from binascii import hexlify

import network


def tail():
    """The last three bytes of the station's: "A1B2C3"."""
    return hexlify(network.WLAN(network.STA_IF).config("mac")[3:]).decode().upper()
