"""What the access point's web server answers: its page, its state, and changes (docs/setup.md)."""

import json
from asyncio import create_task
from time import ticks_diff, ticks_ms

from firmware import lazy
from firmware.modes.reasons import FALLBACK, POWER
from firmware.network.address import is_address
from firmware.portal import page, reply
from firmware.portal.http_error import HttpError
from firmware.portal.statuses import FOUND, NOT_ALLOWED, NOT_FOUND

ADDRESS = "4.3.2.1"  # not a private address: for those some Androids do not even probe
PLACE = "http://4.3.2.1/"
PAGE = "setup.html"
# Seconds that the access point stays open; 0 for as long as it takes.
WINDOWS_S = (0, 0, 600, 600, 180)
USED_S = 60  # it does not close under somebody who has it open ...
LONGEST_S = 600  # ... for longer than this
LEAVE_S = 20  # after the network was joined: the page tells the new address meanwhile


class Portal:
    """`reason`: of `modes.reasons`. `keyed`: its network has a password; `locked`: nothing can be changed."""

    def __init__(self, panel, reason):
        self.panel = panel
        self.reason = reason
        self.can_scan = reason != FALLBACK  # whose watchdog would bite meanwhile
        self.keyed = reason in (POWER, FALLBACK)
        self.locked = reason == FALLBACK
        self.presses = panel.presses
        self.networks = b"[]"  # [[ssid, dBm, secured], ...] as JSON
        self.scans = self.saves = 0  # how often they, and the settings, have changed
        self.wanted = None  # the configuration that is to be tried
        self.scan_at = None  # ticks_ms of the scan that was asked for
        self.trial = ("idle", "", "")  # state, SSID, address
        self.busy = False
        self.fresh = True  # for some seconds
        self.opened = self.used = self.collected = ticks_ms()
        self.window_s = WINDOWS_S[reason]

    def tick(self):
        """Every 50 ms: a press of the button unlocks."""
        if self.locked and self.panel.presses != self.presses:
            self.locked = False

    def left_s(self):
        """Seconds until it closes, None for never."""
        if not self.window_s:
            return None
        age = ticks_diff(ticks_ms(), self.opened) // 1000
        if self.done():
            return max(self.window_s - age, 0)
        idle = ticks_diff(ticks_ms(), self.used) // 1000
        return max(self.window_s - age, min(USED_S - idle, LONGEST_S - age), 0)

    def leave(self):
        """It has done its work: close soon."""
        self.opened = ticks_ms()
        self.window_s = LEAVE_S

    async def handle(self, request, visit):
        """Answer one request."""
        if request.host and not is_address(request.host):
            await reply.text(visit.sock, FOUND, "Open " + PLACE, "Location: " + PLACE + "\r\n")
            return
        self.used = ticks_ms()
        if request.method == "POST":
            await self._post(request, visit.sock)
        elif request.method not in ("GET", "HEAD"):
            raise HttpError(NOT_ALLOWED, "GET or POST")
        elif request.path == "/":
            await page.file(visit.sock, PAGE, request.method == "GET")
        elif request.path == "/state":
            await reply.value(visit.sock, self._state())
        elif request.path == "/networks":
            await reply.raw(visit.sock, self.networks)
        elif request.path == "/about":
            settings = lazy.call("firmware.storage.config", "load")  # before what shows it: less at once
            await reply.value(visit.sock, lazy.call("firmware.portal.about", "of", self, settings))
        else:
            await reply.text(visit.sock, NOT_FOUND, "There is nothing here. Open " + PLACE)

    async def _post(self, request, sock):
        """In tasks of their own: nothing of one step stays on the stack, and in memory, in the next one."""
        settings = lazy.call("firmware.storage.config", "load")
        status, answer = await create_task(lazy.run("firmware.portal.posted", self, request, settings))
        if not status:
            status, answer = await create_task(lazy.run("firmware.portal.applied", self, *answer))
        await reply.value(sock, answer, status)

    def _state(self):
        """What the page asks for each second; `about` and `networks` are numbers that change with those."""
        state, ssid, address = self.trial
        trial = {"state": state, "ssid": ssid, "address": address}
        return json.dumps(
            {
                "locked": self.locked,
                "left": self.left_s(),
                "scanning": self.scan_at is not None,
                "about": self.saves,
                "networks": self.scans,
                "trial": trial,
            }
        )

    def done(self):
        """Whether a network was joined, so that the access point closes."""
        return self.trial[0] == "connected"
