"""What a device tells of its own health: StatusReport, and LogReport of a crash before this boot."""

import gc
import json

import machine
import network
import record
import slotfs

from firmware.protocol import codec, layouts
from firmware.protocol.commands import LOG_REPORT, STATUS_REPORT

CRITICAL = 50


def tell(link, health):
    """Send both; heap figures are bytes free after a collection."""
    text = record.text()
    if text:
        link.send(LOG_REPORT, codec.pack(layouts.LOG_REPORT, CRITICAL, 0, text))
        record.forget()
    gc.collect()
    status = {
        "uptime_s": health.uptime_s,
        "heap_free": gc.mem_free(),
        "heap_min": min(health.heap_min, gc.mem_free()),
        "rssi": network.WLAN(network.STA_IF).status("rssi"),
        "reset_cause": machine.reset_cause(),
        "resets": record.get(record.RESETS),
        "firmware": link.about[1],
        "slot": slotfs.active,
        "errors": record.get(record.CRASHES),
    }
    link.send(STATUS_REPORT, codec.pack(layouts.STATUS_REPORT, json.dumps(status)))
