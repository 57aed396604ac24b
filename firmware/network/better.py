"""Leaves a signal that was bad for long, so that a better one is looked for. Loaded with every status report.

`session.look`, once the signal was bad, is a list of the fields below.
"""

from asyncio import create_task
from time import ticks_diff, ticks_ms

import network

from firmware import lazy
from firmware.board import this
from firmware.network import signal

COUNT = 0  # of samples
SUM = 1  # of them, in dBm
DUE = 2  # uptime in s of the next sample
REST = 3  # s until samples are taken again after the next look
AIM = 4  # (mean dBm of before, whether to try other networks) of a look that is to begin
OTHERS = 5  # uptime in s when other networks may be tried again

SAMPLES = 3  # five minutes apart, so over ten: a door or a person in the way is not a reason to leave
SAMPLE_S = 290  # status reports come every 300 s, and whenever a hub was joined
BAD_DBM = -75  # above that a relay's few bytes get through
REST_FIRST_S = 3600  # each look costs seconds without a hub
REST_LAST_S = 86400  # the walls do not move
OTHERS_S = 21600  # each look at others writes the SDK's flash, once for each network: 16 times a day at most
QUIET_MS = 60000  # after a press: somebody stands there and expects the hub's page to follow


def note(session, uptime_s):
    """With every status report; the mode's uptime in seconds."""
    dbm = signal.dbm() if this.CHIP == "ESP32" else network.WLAN(network.STA_IF).status("rssi")
    if dbm >= 0:  # no signal at all: Wi-Fi has just gone
        return
    if session.joined:
        session.joined[0] = (session.joined[0][0], dbm)
    look = session.look
    if look is None:
        if dbm > BAD_DBM:
            return
        look = session.look = [0, 0, 0, REST_FIRST_S, None, 0]
    if uptime_s >= look[DUE]:
        look[COUNT] += 1
        look[SUM] += dbm
        look[DUE] = uptime_s + SAMPLE_S
        if look[COUNT] >= SAMPLES:
            _judge(session, look, uptime_s)


def _judge(session, look, uptime_s):
    bad = look[SUM] <= BAD_DBM * look[COUNT]
    if bad and (session.trying or session.visit is not None or _pressed(session.link)):
        return  # at the next sample
    mean = look[SUM] // look[COUNT]
    look[COUNT] = look[SUM] = 0
    if not bad:
        look[REST] = REST_FIRST_S
        return
    others = uptime_s >= look[OTHERS]
    if others:
        look[OTHERS] = uptime_s + OTHERS_S
    look[AIM] = (mean, others)
    look[DUE] = uptime_s + look[REST]
    look[REST] = min(2 * look[REST], REST_LAST_S)
    session.tasks.append(create_task(lazy.run("firmware.network.leave")))


def _pressed(link):
    """Whether a button was pressed or released lately."""
    buttons = [io for io in link.ios if io.kind == "button"]
    return bool([io for io in buttons if 0 <= ticks_diff(ticks_ms(), io.at) < QUIET_MS])
