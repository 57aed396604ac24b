"""What a mode watches of itself: heap, uptime, crashes; told to the hub by `links.status`."""

import gc
from time import ticks_add, ticks_diff, ticks_ms

from firmware import lazy, record

COLLECT_S = 10
STATUS_S = 300
GOOD_AFTER_S = 60  # a mode that ran so long has not crashed in a row


class Health:
    """`tick` is called every 50 ms; figures are bytes after a collection, and seconds."""

    def __init__(self):
        self.heap_min = gc.mem_free()
        self.uptime_s = 0
        self.second = ticks_ms()
        self.told = None  # uptime at the last report on this connection

    def tick(self, link):
        """Count, and once a second look what is due."""
        while ticks_diff(ticks_ms(), self.second) >= 1000:
            self.second = ticks_add(self.second, 1000)
            self.uptime_s += 1
            self._second(link)

    def _second(self, link):
        if self.uptime_s % COLLECT_S == 0:
            gc.collect()
            self.heap_min = min(self.heap_min, gc.mem_free())
        if self.uptime_s == GOOD_AFTER_S:
            record.raw[record.IN_A_ROW] = 0
            record.save()
        if not link.joined:
            self.told = None
        elif self.told is None or self.uptime_s - self.told >= STATUS_S:
            lazy.call("firmware.links.status", "tell", link, self)
            self.told = self.uptime_s
