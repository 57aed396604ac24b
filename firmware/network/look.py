"""Looks for a better access point, without a scan: joins and measures. Loaded for that and forgotten."""

from asyncio import sleep_ms

from firmware.board import this
from firmware.network import signal
from firmware.network.better import REST, REST_FIRST_S
from firmware.network.choice import keep, order

BETTER_DB = 10  # less is noise, and each change costs seconds
READINGS = 4  # one alone is that of a single beacon
APART_MS = 250
NOTHING_DBM = -200  # below every signal


async def run(manager, networks, mean, others):
    """Stay where the signal is 10 dB above `mean`; else `manager` goes back, as after any loss.

    The network of before comes first: the SDK takes the strongest access point of its name. Only `others`
    write the SDK's flash.
    """
    session = manager.session
    before = manager.station.config("ssid")
    for known in order(networks, session.joined, before):
        ssid = known["ssid"]
        if ssid != before and not others:
            continue
        dbm = await _join(manager, known)
        print("wifi:", ssid, dbm, "dBm, it was", mean)
        better = dbm >= mean + BETTER_DB
        if dbm != NOTHING_DBM and len(networks) > 1:
            keep(session, ssid, dbm, 0 if better or ssid == before else 1)
        if better:
            session.look[REST] = REST_FIRST_S
            return


async def _join(manager, known):
    """The mean signal in dBm once it is joined."""
    manager.ask(known)
    if not await manager.turn():
        return NOTHING_DBM
    total = 0
    for _ in range(READINGS):
        await sleep_ms(APART_MS)
        total += signal.dbm() if this.CHIP == "ESP32" else manager.station.status("rssi")
    return total // READINGS if manager.up() else NOTHING_DBM
