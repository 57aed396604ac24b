"""Leaves a network whose signal is bad. Loaded for that and forgotten."""

from asyncio import sleep_ms

import network

SENT_MS = 500  # for the status report to leave


async def run():
    """The session then seeks Wi-Fi, and `network.wifi` begins with the look."""
    await sleep_ms(SENT_MS)
    network.WLAN(network.STA_IF).disconnect()
