"""Keeps one link up: Wi-Fi, then a hub, and again when it is lost (PROTOCOL sections 1 and 4)."""

from asyncio import CancelledError, create_task, sleep_ms
from time import ticks_add, ticks_diff, ticks_ms

from firmware import lazy
from firmware.network.backoff import FIRST_MS
from firmware.network.ears import Ears
from firmware.protocol.errors import ProtocolError

DISCOVER_AFTER_MS = 60000  # a configured address may fail so long before discovery is used beside it
CONFIGURED_AGAIN_MS = 300000
MISSED_MS = 10500  # two beacons, and some jitter
AVOIDED_MAX = 8


class Session:
    """`wifi_up`: whether there is an address. `tasks`: those whose failure is the end of the mode."""

    def __init__(self, link, settings, port, protocol, wifi_up):
        self.link = link
        self.wifi_up = wifi_up
        self.networks = settings.get("wifi", ())
        self.configured = settings.get("hub")
        self.development = settings.get("development", False)
        self.protocol = protocol
        self.ears = Ears(settings.get("discovery_port", port), link.hub)
        self.avoided = {}
        self.failing = None  # ticks_ms since which the configured address fails
        self.again = 0
        self.wait = FIRST_MS
        self.missed = False
        self.tasks = []

    async def keep(self, delay_s):
        """For ever. `delay_s` keeps off the network after crashes."""
        await sleep_ms(delay_s * 1000)
        while True:
            await lazy.run("firmware.network.wifi", self.networks, self.wifi_up)
            listener = create_task(self.ears.listen())
            self.tasks.append(listener)
            while self.wifi_up():
                target = await lazy.run("firmware.network.discovery", self)
                if target:
                    await self._serve(*target)
                    await lazy.run("firmware.network.pause", self)
            self.tasks.remove(listener)
            listener.cancel()
            await sleep_ms(0)

    async def _serve(self, hub, host, port, rank):
        link = self.link
        link.reached = link.accepted = False
        link.pause = 0
        try:
            if hub is None:
                host = await lazy.run("firmware.network.resolver", host)
            elif rank & 1:
                self.tasks.append(create_task(lazy.run("firmware.network.standard", self)))
            await link.run(host, port)
        except CancelledError:
            print("hub %s:%d: given up" % (host, port))
        except (OSError, ProtocolError) as error:
            print("hub %s:%d:" % (host, port), error)
        self._learn((hub, host, port))

    def _learn(self, target):
        link = self.link
        self.ears.hub = link.hub
        if link.accepted:
            self.wait = FIRST_MS
        if target[0] is None:
            self.failing = None if link.accepted else self.failing or ticks_ms()
        elif link.reached and not link.accepted and not link.pause:
            if len(self.avoided) == AVOIDED_MAX:
                self.avoided.clear()
            self.avoided[target] = ticks_ms()

    def try_configured(self):
        """Whether the configured address is to be tried now."""
        if not self.configured or (self._given_up() and ticks_diff(self.again, ticks_ms()) > 0):
            return False
        self.again = ticks_add(ticks_ms(), CONFIGURED_AGAIN_MS)
        return True

    def _given_up(self):
        return self.failing is not None and ticks_diff(ticks_ms(), self.failing) > DISCOVER_AFTER_MS

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
        if not self.wifi_up():
            link.task.cancel()
            return
        missed = self.ears.age() > MISSED_MS
        if missed and not self.missed and link.joined:
            link.check()
        self.missed = missed
        if link.joined and self._given_up() and self.try_configured():
            self.tasks.append(create_task(lazy.run("firmware.links.probe", self)))
        link.tick()
