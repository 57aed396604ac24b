"""A chip of fakes under CPython: a clock that the test steps, pins, RTC memory, a station."""

import asyncio
import gc
import heapq
import importlib
import itertools
import os
import sys
import time
from types import ModuleType
from typing import ClassVar

PERIOD = 1 << 30
HALF = PERIOD // 2
ROUNDS = 6  # of the event loop after each step of the clock, for tasks to go as far as they can


class Clock:
    """`now`: ms since the test began; ticks wrap as on the chip. Sleepers wake when `run` gets there."""

    def __init__(self):
        self.reset()

    def reset(self, ticks=1000):
        self.now = 0
        self.base = ticks
        self.sleepers = []
        self.order = itertools.count()

    def ticks_ms(self):
        return (self.base + self.now) % PERIOD

    async def sleep_ms(self, milliseconds):
        if milliseconds <= 0:  # takes no time
            await asyncio.sleep(0)
            return
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self.sleepers, (self.now + milliseconds, next(self.order), future))
        await future

    async def settle(self):
        """Let every task go on as far as it can without time."""
        for _ in range(ROUNDS):
            await asyncio.sleep(0)

    async def run(self, milliseconds):
        """Let time pass."""
        end = self.now + milliseconds
        await self.settle()
        while self.sleepers and self.sleepers[0][0] <= end:
            due, _, future = heapq.heappop(self.sleepers)
            if not future.done():
                self.now = max(due, self.now)
                future.set_result(None)
                await self.settle()
        self.now = end

    def step(self, milliseconds):
        self.now += milliseconds


clock = Clock()


class Pin:
    """One GPIO: `levels` by number, `driven` lists what was written; `edge` calls the handler."""

    IN, OUT, PULL_UP, IRQ_FALLING, IRQ_RISING = 0, 1, 1, 2, 1
    levels: ClassVar[dict] = {}
    driven: ClassVar[list] = []
    handlers: ClassVar[dict] = {}

    def __init__(self, number, mode=None, pull=None, value=None):
        self.number = number
        self.levels.setdefault(number, 1)
        if value is not None:
            self.value(value)

    def value(self, level=None):
        if level is None:
            return self.levels[self.number]
        self.levels[self.number] = int(level)
        self.driven.append((self.number, int(level)))
        return None

    def irq(self, handler, trigger, hard=False):
        self.handlers[self.number] = lambda: handler(self)


class Reset(BaseException):
    """machine.reset() was called."""


class Timer:
    """Remembers what it was told last; `fire` is the end of its period."""

    ONE_SHOT = 0
    last = None

    def __init__(self, number):
        Timer.last = self
        self.settings = None
        self.begun = 0

    def init(self, **settings):
        self.settings = settings
        self.begun += 1

    def deinit(self):
        self.settings = None

    def fire(self):
        self.settings["callback"](self)


class Uart:
    """What all of them have sent, and the rate that was set last."""

    sent = bytearray()
    baud = 0

    def __init__(self, number, baud):
        Uart.baud = baud

    def write(self, data):
        Uart.sent += data


class Machine(ModuleType):
    """The module `machine`."""

    Pin = Pin
    Timer = Timer
    UART = Uart
    PWRON_RESET, SOFT_RESET, DEEPSLEEP_RESET = 0, 4, 5

    def __init__(self):
        super().__init__("machine")
        self.clear()

    def clear(self):
        self.memory = b""
        self.cause = 0
        self.fed = 0
        Pin.levels.clear()
        Pin.driven.clear()
        Pin.handlers.clear()
        Uart.sent.clear()

    def RTC(self):
        return self

    def WDT(self):
        return self

    def feed(self):
        self.fed += 1

    def reset_cause(self):
        return self.cause

    def reset(self):
        raise Reset


class Rtc:
    """RTC().memory()."""

    def memory(self, data=None):
        if data is None:
            return machine.memory
        machine.memory = bytes(data)
        return None


class Station:
    """A WLAN: `air` holds passwords by SSID, `connects` what was written to the SDK's flash.

    `signals`: dBm by SSID; `nearer`: of an access point that only a new connection finds; `hangs`: it stays
    in "connecting".
    """

    def __init__(self):
        self.clear()

    def clear(self):
        self.ssid = self.password = ""
        self.state = network.STAT_IDLE
        self.tries = 0
        self.connects = []
        self.left = 0
        self.air = {}
        self.since = 0
        self.raises = None
        self.dns = "127.0.0.1"
        self.signals = {}
        self.nearer = {}
        self.hangs = False
        self.address = None

    def active(self, on=None):
        return True

    def config(self, what):
        return self.ssid

    def connect(self, ssid=None, password=None):
        if self.raises:
            raise OSError(self.raises)
        self.tries += 1
        if ssid is not None:
            self.ssid, self.password = ssid, password
            self.connects.append((ssid, password))
        self.signals.update(self.nearer)
        self.state = network.STAT_CONNECTING

    def look(self):
        """What the SDK does behind the firmware's back."""
        if self.hangs:
            return
        if self.state != network.STAT_IDLE and self.ssid in self.air:
            right = self.air[self.ssid] == self.password
            self.state = network.STAT_GOT_IP if right else network.STAT_WRONG_PASSWORD
        elif self.state in (network.STAT_CONNECTING, network.STAT_GOT_IP) and self.air:
            self.state = network.STAT_NO_AP_FOUND

    def disconnect(self):
        self.left += 1
        self.state = network.STAT_IDLE

    def isconnected(self):
        self.look()
        return self.state == network.STAT_GOT_IP

    def status(self, what=None):
        return self.signals.get(self.ssid, -50) if what == "rssi" else self.state

    def ifconfig(self, new=None):
        if new is not None:
            self.address = new
        return ("127.0.0.1", "255.0.0.0", "127.0.0.1", self.dns)


network = ModuleType("network")
vars(network).update(
    STA_IF=0,
    AP_IF=1,
    STAT_IDLE=0,
    STAT_CONNECTING=1,
    STAT_WRONG_PASSWORD=2,
    STAT_NO_AP_FOUND=3,
    STAT_CONNECT_FAIL=4,
    STAT_GOT_IP=5,
)
station = Station()
names: list = []
vars(network).update(WLAN=lambda interface: station, hostname=names.append)
machine = Machine()
vars(machine)["RTC"] = Rtc


def _alias(name, real):
    sys.modules[name] = real


def _install():
    vars(time).update(
        ticks_ms=clock.ticks_ms,
        ticks_add=lambda ticks, delta: (ticks + delta) % PERIOD,
        ticks_diff=lambda end, start: (end - start + HALF) % PERIOD - HALF,
        sleep_ms=clock.step,
    )
    vars(asyncio)["sleep_ms"] = clock.sleep_ms
    vars(os)["dupterm"] = lambda stream, index: None
    vars(gc)["mem_free"] = lambda: 20000
    vars(sys)["print_exception"] = lambda error, *rest: print(repr(error))
    vfs = ModuleType("vfs")
    vars(vfs)["mount"] = lambda *arguments: None
    for name, module in (("machine", machine), ("network", network), ("vfs", vfs)):
        _alias(name, module)
    board = importlib.import_module("firmware.board")
    vars(board)["this"] = importlib.import_module("firmware.board.s26")
    _alias("firmware.board.this", vars(board)["this"])
    _alias("record", importlib.import_module("firmware.record"))
    _alias("slotfs", importlib.import_module("firmware.slotfs"))


_install()
# Loaded once for all: what is loaded before `firmware.lazy` looks is not forgotten, so tests can patch it.
PARTS = """
drivers.panel drivers.led drivers.gesture drivers.group drivers.serial
storage.config storage.cycles storage.history storage.resets
storage.wipe modes.act modes.fallback links.hub links.dial links.session
links.ask_guid links.accept links.join links.rare links.registration links.reject
links.identity links.probe links.status modes.health network.discovery network.ears
network.multicast network.pause network.wanted network.better network.choice network.look
links.change links.checking links.keep links.setconfig links.trial links.anew
network.resolver network.standard network.wifi protocol.compound protocol.lists protocol.messages
storage.settings storage.mask storage.password
"""
for _part in PARTS.split():
    importlib.import_module("firmware." + _part)
