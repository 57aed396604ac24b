"""What a mode watches of itself: heap, uptime, crashes; told to the hub by `links.status`."""

import gc
from time import ticks_add, ticks_diff, ticks_ms

from firmware import lazy, record
from firmware.storage.cycles import SHORT_S

COLLECT_S = 10
STATUS_S = 300
GOOD_AFTER_S = 60  # a mode that ran so long has not crashed in a row


class Health:
    """`tick` is called every 50 ms; figures are bytes after a collection, and seconds.

    MemoryError: something else has the heap just now; what is due is done a second later.
    """

    def __init__(self):
        self.heap_min = gc.mem_free()
        self.uptime_s = self.done = 0  # `done`: how many of the jobs that are done once
        self.second = ticks_ms()

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
        session = link.session
        door = session.door
        if door and not door.doorman and (link.told is not None or not link.sock):
            lazy.call("firmware.portal.opening", "open", door)
        session.first = self._due(link)  # when the page has been answered
        if session.first and session.visit is None:
            self._work(link)
            session.first = False

    def _due(self, link):
        if self.done < 2 and self.uptime_s >= (GOOD_AFTER_S if self.done else SHORT_S):
            return True
        return link.joined and (link.told is None or self.uptime_s - link.told >= STATUS_S)

    def _work(self, link):
        if self.done == 0 and self.uptime_s >= SHORT_S:
            lazy.call("firmware.storage.cycles", "over")
            self.done = 1
        elif self.done == 1 and self.uptime_s >= GOOD_AFTER_S:
            record.raw[record.IN_A_ROW] = 0
            record.save()
            lazy.call("firmware.storage.history", "note", False)
            self.done = 2
        else:  # one by one: together they do not fit beside TLS
            lazy.call("firmware.network.better", "note", link.session, self.uptime_s)
            lazy.call("firmware.storage.history", "note", False)
            lazy.call("firmware.links.status", "tell", link, self)
            link.told = self.uptime_s
