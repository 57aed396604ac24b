"""What an ESP32 says of a join that goes on. Only in its images: `if this.CHIP == "ESP32"`.

It tells the last failure until there is another one or an address, so still that of the network before, and
it hides refusals in the handshake for as long as it tries again.
"""

import network

from firmware.network import signal

# ESP-IDF's wifi_err_reason_t: how access points let a wrong password fail in the handshake.
IN_HANDSHAKE = (15, 204)


def of(station, last):
    """A number of `network.STAT_...`; `last`: what this said before, None at a join's begin."""
    status = station.status()
    if status == network.STAT_GOT_IP:
        return status
    if signal.dbm() != signal.NOTHING_DBM:  # admitted: there is only no address yet
        return network.STAT_CONNECTING
    if status == network.STAT_CONNECTING and last is not None:
        return last
    return network.STAT_WRONG_PASSWORD if status in IN_HANDSHAKE else status
