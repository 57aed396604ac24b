"""Keeps one link up: Wi-Fi, then a hub, and again when it is lost (PROTOCOL sections 1 and 4)."""

from asyncio import CancelledError, create_task, sleep_ms
from time import ticks_add, ticks_diff, ticks_ms

from firmware import lazy
from firmware.network.backoff import FIRST_MS
from firmware.network.ears import Ears
from firmware.protocol.errors import ProtocolError

CONFIGURED_AGAIN_MS = 300000
MISSED_MS = 10500  # two beacons, and some jitter


class Session:
    """`port`: of discovery; `wifi_up`: is there an address? A failure of `tasks` ends the mode.

    `network.discovery` and `network.pause` keep here what they know: the wait in ms, the targets that failed
    as (GUID or None, host, port) -> ticks_ms, and since when the configured address fails.
    """

    def __init__(self, link, port, wifi_up):
        self.link = link
        self.wifi_up = wifi_up
        self.ears = Ears(port, link.hub)
        self.wait = FIRST_MS
        self.failed = {}
        self.failing = None
        self.again = 0  # ticks_ms when the configured address is due again
        self.probe_at = None  # the same, while another hub serves
        self.missed = self.found = False  # two beacons; the hub by its beacon
        self.tasks = []

    def settings(self):
        """The configuration, read when it is needed: memory is short."""
        return lazy.call("firmware.storage.config", "load")

    async def keep(self, delay_s):
        """For ever. `delay_s` keeps off the network after crashes."""
        await sleep_ms(delay_s * 1000)
        while True:
            await lazy.run("firmware.network.wifi", self.settings().get("wifi", ()), self.wifi_up)
            listener = create_task(self.ears.listen())
            self.tasks.append(listener)
            while self.wifi_up():
                target = await lazy.run("firmware.network.discovery", self)
                if target:
                    await self._serve(*target)
                    await lazy.run("firmware.network.pause", self, target[:3])
            self.tasks.remove(listener)
            listener.cancel()
            await sleep_ms(0)

    async def _serve(self, hub, host, port, backup):
        self.link.accepted = False
        self.link.pause = 0
        self.found = hub is not None
        try:
            if hub is None:
                host = await lazy.run("firmware.network.resolver", host)
            if backup:
                self.tasks.append(create_task(lazy.run("firmware.network.standard", self)))
            await self.link.run(host, port)
        except CancelledError:
            print("hub %s:%d: given up" % (host, port))
        except (OSError, ProtocolError, MemoryError) as error:
            print("hub %s:%d:" % (host, port), error)

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
        if self.ears.hub != link.hub:  # registered at another one
            self.ears.hub = link.hub
            self.ears.heard = ticks_ms() if self.found else None
        missed = self.ears.age() > MISSED_MS
        if missed and not self.missed and link.joined:
            link.check()
        self.missed = missed
        if self.probe_at is not None and ticks_diff(ticks_ms(), self.probe_at) > 0:
            self.probe_at = ticks_add(ticks_ms(), CONFIGURED_AGAIN_MS)
            self.tasks.append(create_task(lazy.run("firmware.links.probe", self)))
        link.tick()
