"""What a device tells of its own health: StatusReport, and LogReport of a crash before this boot."""

import gc
import json

import machine
import record
import slotfs

from firmware.network import wifi
from firmware.protocol import codec, layouts
from firmware.protocol.commands import LOG_REPORT, STATUS_REPORT

CRITICAL = 50


def report(link, uptime_s, heap_min):
    """Send a StatusReport; heap figures are bytes free after a collection."""
    gc.collect()
    status = {
        "uptime_s": uptime_s,
        "heap_free": gc.mem_free(),
        "heap_min": min(heap_min, gc.mem_free()),
        "rssi": wifi.station.status("rssi"),
        "reset_cause": machine.reset_cause(),
        "resets": record.get(record.RESETS),
        "firmware": link.describe[1],
        "slot": slotfs.active,
        "errors": record.get(record.CRASHES),
    }
    link.send(STATUS_REPORT, codec.pack(layouts.STATUS_REPORT, json.dumps(status)))


def report_crash(link):
    """Send the text of the last crash, once."""
    text = record.text()
    if text:
        link.send(LOG_REPORT, codec.pack(layouts.LOG_REPORT, CRITICAL, 0, text))
        record.forget()
