"""Keeps one link up: which hub to try, when, and when again (PROTOCOL sections 1 and 4)."""

from asyncio import CancelledError, create_task, sleep_ms
from time import ticks_add, ticks_diff, ticks_ms

from firmware.links.hub import JOINED
from firmware.network import wifi
from firmware.network.backoff import Backoff, jitter
from firmware.protocol.errors import ProtocolError

FIRST_MS = 1000
LAST_MS = 60000
POLL_MS = 50
HURRY_MS = 5000  # a random wait below that once the wanted hub is heard
DISCOVER_AFTER_MS = 60000  # a configured address may fail so long before discovery is used beside it
CONFIGURED_AGAIN_MS = 300000
SOLICIT_MS = 3000
MISSED_MS = 10500  # two beacons, and some jitter


class Session:
    """`configured`: {host, port} or None. `tasks` are those whose end is the end of the mode."""

    def __init__(self, link, discovery, configured):
        self.link = link
        self.discovery = discovery
        self.configured = configured
        self.failing = None  # ticks_ms since which the configured address fails
        self.again = 0
        self.backoff = Backoff(FIRST_MS, LAST_MS)
        self.tasks = []
        self.missed = False

    async def keep(self, networks, delay_s):
        """For ever: join Wi-Fi, find a hub, serve it. `delay_s` keeps off the network after crashes."""
        await sleep_ms(delay_s * 1000)
        while True:
            await wifi.join(networks)
            listener = create_task(self.discovery.listen())
            self.tasks[1:] = [listener]
            while wifi.up():
                await self._once()
            self.tasks[1:] = []
            listener.cancel()
            await sleep_ms(0)

    async def _once(self):
        target = await self._target()
        if not target:
            return
        link = self.link
        await self._serve(*target)
        if link.accepted:
            self.backoff.reset()
        if target[0] is None:
            self.failing = None if link.accepted else self.failing or ticks_ms()
        elif link.reached and not link.accepted and not link.pause:
            self.discovery.failed(target[0])
        await self._pause()

    async def _target(self):
        """(hub GUID or None, host, port); None when Wi-Fi went meanwhile."""
        asked = ticks_ms()
        while wifi.up():
            if self._try_configured():
                return (None, self.configured["host"], self.configured["port"])
            found = self.discovery.choose()
            if found:
                return found
            if ticks_diff(ticks_ms(), asked) >= SOLICIT_MS:
                asked = ticks_ms()
                self.discovery.solicit()
            await sleep_ms(POLL_MS)
        return None

    def _try_configured(self):
        now = ticks_ms()
        if not self.configured or (self._given_up(now) and ticks_diff(self.again, now) > 0):
            return False
        self.again = ticks_add(now, CONFIGURED_AGAIN_MS)
        return True

    def _given_up(self, now):
        return self.failing is not None and ticks_diff(now, self.failing) > DISCOVER_AFTER_MS

    async def _serve(self, hub, host, port):
        try:
            if hub is None:
                from firmware.network import resolver

                host = await resolver.resolve(host, wifi.name_server())
            await self.link.run(host, port)
        except CancelledError:
            print("hub %s:%d: given up" % (host, port))
        except (OSError, ProtocolError) as error:
            print("hub %s:%d:" % (host, port), error)

    async def _pause(self):
        """Back off; a beacon of the wanted hub ends the wait soon, unless that hub has rejected us."""
        patient = self.link.pause
        end = ticks_add(ticks_ms(), patient or self.backoff.next())
        while wifi.up() and ticks_diff(end, ticks_ms()) > 0:
            await sleep_ms(POLL_MS)
            if not patient and 0 <= self.discovery.age(self.link.hub) <= 2 * POLL_MS:
                patient = 1
                soon = ticks_add(ticks_ms(), jitter(HURRY_MS))
                end = soon if ticks_diff(end, soon) > 0 else end

    def joined(self):
        """True while a hub has accepted this device."""
        return self.link.step == JOINED

    async def check(self):
        """Raise what ended one of the tasks."""
        for task in self.tasks:
            if task.done():
                self.tasks.remove(task)
                await task

    def tick(self):
        """Every 50 ms: see to the connection and to the world around it."""
        link = self.link
        if not link.sock:
            return
        joined = self.joined()
        if not wifi.up() or (joined and self.discovery.better(link.hub)):
            link.task.cancel()
            return
        missed = self.discovery.age(link.hub) > MISSED_MS
        if missed and not self.missed and joined:
            link.check()
        self.missed = missed
        if joined and self._given_up(ticks_ms()) and ticks_diff(ticks_ms(), self.again) > 0:
            self.again = ticks_add(ticks_ms(), CONFIGURED_AGAIN_MS)
            self.tasks.append(create_task(self._probe()))
        link.tick()

    async def _probe(self):
        """The configured address is tried again while another hub serves; when it answers, go there."""
        from firmware.links import probe

        if await probe.answers(self.configured["host"], self.configured["port"]) and self.link.sock:
            self.failing = None
            self.link.task.cancel()
