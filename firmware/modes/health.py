"""What a mode watches of itself: heap, uptime, crashes; told to the hub by `links.status`."""

import gc
from time import ticks_diff, ticks_ms

import record

from firmware.links import status

COLLECT_MS = 10000
STATUS_S = 300
GOOD_AFTER_S = 60  # a mode that ran so long has not crashed in a row


class Health:
    """`tick` is called every 50 ms; figures are bytes after a collection, and seconds."""

    def __init__(self):
        self.heap_min = gc.mem_free()
        self.uptime_s = 0
        self.second = self.collected = ticks_ms()
        self.told = None  # uptime at the last report on this connection

    def tick(self, link, joined):
        """Count, collect, and report where that is due."""
        now = ticks_ms()
        while ticks_diff(now, self.second) >= 1000:
            self.second += 1000
            self.uptime_s += 1
        if ticks_diff(now, self.collected) >= COLLECT_MS:
            self.collected = now
            gc.collect()
            self.heap_min = min(self.heap_min, gc.mem_free())
        if self.uptime_s >= GOOD_AFTER_S:
            record.good()
        if not joined:
            self.told = None
        elif self.told is None or self.uptime_s - self.told >= STATUS_S:
            self._tell(link)

    def _tell(self, link):
        if self.told is None:
            status.report_crash(link)
        self.told = self.uptime_s
        status.report(link, self.uptime_s, self.heap_min)
