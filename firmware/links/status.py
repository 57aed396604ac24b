"""What a device tells of its own health: StatusReport, and LogReport of a crash before this boot."""

import gc
import json

import machine
import network

from firmware import record, slotfs
from firmware.protocol import codec, layouts
from firmware.protocol.commands import LOG_REPORT, STATUS_REPORT

CRITICAL = 50


def tell(link, health):
    """Send both; heap figures are bytes free after a collection."""
    raw = record.raw
    if raw[record.TEXT]:
        text = raw[record.TEXT + 1 :][: raw[record.TEXT]].decode()
        link.send(LOG_REPORT, codec.pack(layouts.LOG_REPORT, CRITICAL, 0, text))
        raw[record.TEXT] = 0
        record.save()
    gc.collect()
    status = {
        "uptime_s": health.uptime_s,
        "heap_free": gc.mem_free(),
        "heap_min": min(health.heap_min, gc.mem_free()),
        "rssi": network.WLAN(network.STA_IF).status("rssi"),
        "reset_cause": machine.reset_cause(),
        "resets": raw[record.RESETS] | raw[record.RESETS + 1] << 8,
        "firmware": link.about[1],
        "slot": slotfs.active,
        "errors": raw[record.CRASHES] | raw[record.CRASHES + 1] << 8,
    }
    link.send(STATUS_REPORT, codec.pack(layouts.STATUS_REPORT, json.dumps(status)))
