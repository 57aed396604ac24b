"""What a device tells of itself: StatusReport; LogReport of a crash, and of settings that were taken back."""

import gc
import os

import machine
import network

from firmware import record, slotfs
from firmware.board import this
from firmware.network import signal
from firmware.protocol import fields, layouts
from firmware.protocol.commands import LOG_REPORT, STATUS_REPORT
from firmware.storage.history import NOTED
from firmware.storage.store import TRY

WARNING = 30
CRITICAL = 50
TAKEN_BACK = "new settings taken back: no hub accepted the device under them"

# In one text, not in a dict: a name in a program stays in the heap for good.
STATUS = (
    '{"uptime_s": %d, "heap_free": %d, "heap_min": %d, "rssi": %d, "reset_cause": %d, "resets": %d, '
    '"firmware": "%s", "slot": "%s", "errors": %d}'
)


def tell(link, health):
    """Send both, the log when history has noted it; heap figures are bytes free after a collection."""
    raw = record.raw
    if raw[record.TEXT]:
        text = raw[record.TEXT + 1 :][: raw[record.TEXT] % NOTED].decode()
        link.send(LOG_REPORT, fields.pack(layouts.LOG_REPORT, (CRITICAL, 0, text)))
        raw[record.TEXT] = 0
        record.save()
    if not link.session.trying and TRY in os.listdir():
        link.send(LOG_REPORT, fields.pack(layouts.LOG_REPORT, (WARNING, 0, TAKEN_BACK)))
        os.remove(TRY)
    gc.collect()
    figures = (
        health.uptime_s,
        gc.mem_free(),
        min(health.heap_min, gc.mem_free()),
        signal.dbm() if this.CHIP == "ESP32" else network.WLAN(network.STA_IF).status("rssi"),
        machine.reset_cause(),
        raw[record.RESETS] | raw[record.RESETS + 1] << 8,
        link.about[1],
        slotfs.active,
        raw[record.CRASHES] | raw[record.CRASHES + 1] << 8,
    )
    link.send(STATUS_REPORT, fields.pack(layouts.STATUS_REPORT, (STATUS % figures,)))
