"""Keeps one link up: Wi-Fi, then a hub, and again when it is lost (PROTOCOL sections 1 and 4)."""

from asyncio import CancelledError, create_task, sleep_ms
from time import ticks_add, ticks_diff, ticks_ms

from firmware import lazy
from firmware.network.backoff import FIRST_MS
from firmware.network.ears import Ears
from firmware.network.wait import retrieved
from firmware.protocol.errors import ProtocolError

CONFIGURED_AGAIN_MS = 300000
FULL_MS = 1000  # after a full heap
MISSED_MS = 10500  # two beacons, and some jitter
LEAVE_MS = 1500  # for the answer to who asks the page just now; most take a tenth of it
POLL_MS = 20


class Session:
    """`port`: of discovery; `wifi_up`: is there an address? A failure of `tasks` ends the mode.

    `anew`: the SDK is to be told passwords that it may know.
    `trying`: the configuration is the one on trial.
    `lost_at`: ticks_ms since when there has been no Wi-Fi; None: there is, or nobody looks for it yet.
    `door`: of the page, None where the plug has none; `visit`: ticks_ms when its answer must be over, None:
    nobody asks for it.
    `first`: nobody may now.
    `network.discovery` and `network.pause` keep here what they know: the wait in ms, the targets that failed
    as (GUID or None, host, port) -> ticks_ms, and since when the configured address fails.
    """

    def __init__(self, link, port, wifi_up):
        self.link = link
        link.session = self
        self.wifi_up = wifi_up
        self.look = None  # belongs to network.better
        self.joined = ()  # and this to network.choice
        self.turns = None  # and this to network.wifi
        self.code = None, None  # and this to links.prove: the join code and its key
        self.anew = self.trying = False
        self.lost_at = self.visit = self.door = None
        self.ears = Ears(port, link.hub)
        self.wait = FIRST_MS
        self.failed = {}
        self.failing = None
        self.again = 0  # ticks_ms when the configured address is due again
        self.probe_at = None  # the same, while another hub serves
        self.first = False
        self.missed = self.found = False  # two beacons; the hub by its beacon
        self.tasks = []

    def settings(self):
        """The configuration, read when it is needed: memory is short."""
        return lazy.call("firmware.storage.current", "load", self.trying)

    def without_wifi_ms(self):
        """Milliseconds since Wi-Fi has been sought in vain; a day at the most."""
        return 0 if self.lost_at is None else ticks_diff(ticks_ms(), self.lost_at)

    async def keep(self, delay_s):
        """For ever. `delay_s` keeps off the network after crashes."""
        await sleep_ms(delay_s * 1000)
        while True:
            try:
                self.lost_at = self.lost_at or ticks_ms()
                await self.alone()
                # The settings are read before that is loaded: both together are too much just then.
                await lazy.run("firmware.network.wifi", self, self.settings())
                self.lost_at = None
                await self._while_up()
            except MemoryError as error:  # something else has the heap just now: no reason to end
                print("session:", error)
                await sleep_ms(FULL_MS)

    async def alone(self):
        """Wait for the end of the page's answer, and shorten it: what a link loads does not fit beside it."""
        end = ticks_add(ticks_ms(), LEAVE_MS)
        while self.visit is not None:
            self.first = True
            if ticks_diff(self.visit, end) > 0:
                self.visit = end
            await sleep_ms(POLL_MS)
        self.first = False

    async def _while_up(self):
        listener = create_task(self.ears.listen())
        self.tasks.append(listener)
        try:
            while self.wifi_up():
                await self.alone()
                target = await lazy.run("firmware.network.discovery", self)
                if target:
                    await self.alone()
                    await self._serve(*target)
                    await sleep_ms(0)  # the stack still holds what that has loaded
                    await self.alone()
                    await lazy.run("firmware.network.pause", self, target[:3])
        finally:
            if listener in self.tasks:  # else it has failed
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
            await self.link.run(host, port, hub)
        except CancelledError:
            print("hub %s:%d: given up" % (host, port))
        except (OSError, ProtocolError, MemoryError) as error:
            print("hub %s:%d:" % (host, port), error)

    async def check(self):
        """Raise what ended one of the tasks. MemoryError: to be called once more."""
        for task in self.tasks:
            if task.done():
                self.tasks.remove(task)
                try:
                    await task
                except MemoryError as error:  # what must go on sees to that by itself
                    print("job:", error)
                    if self.trying:
                        raise RuntimeError("no memory for new settings: a reset takes them back") from None
                    retrieved()

    async def end(self):
        """Let go of the network; the mode is over. All tasks end: the next mode has the same event loop."""
        for task in list(self.tasks):
            while not task.done():
                task.cancel()  # more than once: a link takes the first one for its own end
                await sleep_ms(0)
        self.link.close()
        if self.door and self.door.listener:
            self.door.listener.close()

    def tick(self):
        """Every 50 ms: see to the connection and to the world around it."""
        link = self.link
        if self.visit is not None and ticks_diff(ticks_ms(), self.visit) > 0:
            self.door.doorman.cancel()
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
