"""A fresh chip for every test: a flash that is an empty folder, RTC memory, pins and a clock of its own."""

import asyncio
import gc
import importlib.util
import socket
import sys
from pathlib import Path

import pytest

if "chip_fakes" not in sys.modules:
    _spec = importlib.util.spec_from_file_location("chip_fakes", Path(__file__).with_name("chip.py"))
    assert _spec
    assert _spec.loader
    sys.modules["chip_fakes"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["chip_fakes"])

import chip_fakes


@pytest.fixture(autouse=True, scope="module")
def small_heap():
    """The firmware collects often, as a chip needs it: what pytest has loaded is none of its business."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def flash(tmp_path, monkeypatch):
    """The folder that is the chip's flash, and the present folder."""
    monkeypatch.chdir(tmp_path)
    chip_fakes.clock.reset()
    chip_fakes.machine.clear()
    chip_fakes.station.clear()
    chip_fakes.names.clear()
    from firmware import record

    record.raw[:] = bytes(record.SIZE)
    record.restore()
    return tmp_path


@pytest.fixture
def clock():
    """The clock that the test steps."""
    return chip_fakes.clock


@pytest.fixture
def station():
    """The fake WLAN."""
    return chip_fakes.station


@pytest.fixture
def machine():
    """The fake `machine`."""
    return chip_fakes.machine


@pytest.fixture
def pins():
    """GPIO -> level."""
    return chip_fakes.Pin.levels


@pytest.fixture
def plug(clock):
    """A hub link with a relay and a button, and the test's end of its connection."""
    made = Plug(clock)
    yield made
    made.close()


class Plug:
    """`link` runs as a task, ticked every 50 ms; `say` and `heard` are the other end of its connection."""

    GUID = b"D" * 16
    HUB = b"H" * 16

    def __init__(self, clock):
        from firmware.drivers.panel import Panel
        from firmware.links.hub import HubLink
        from firmware.links.session import Session

        self.clock = clock
        self.panel = Panel("off")
        self.link = HubLink(self.GUID, bytes(16), self.panel.ios, ("s26", "0.1.0", "Plug"))
        self.link.plain = True
        Session(self.link, 0, lambda: True).joined = [("home", -50)]
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.hub = None
        self.task = None

    async def dial(self):
        """Connect; returns when the hub's side has accepted."""
        from firmware.protocol.frame import HUB_LIMIT, Reader

        self.reader = Reader(HUB_LIMIT)
        self.ended = False
        self.task = asyncio.ensure_future(self.link.run("127.0.0.1", self.port, None))
        await self.run(100)
        self.hub, _ = self.listener.accept()
        self.hub.setblocking(False)
        for sock in (self.link.sock, self.hub):
            # Else the kernel waits in real time for an acknowledgement before the second small segment.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await self.run(100)

    async def run(self, milliseconds):
        """Let time pass, with the ticks of the main loop."""
        for _ in range(max(milliseconds // 50, 1)):
            await self.clock.run(50)
            if self.link.sock:
                self.link.tick()
        await self.clock.settle()

    async def say(self, command, data=b"", sender=bytes(16), target=None):
        """Send a message and let the device read it."""
        from firmware.protocol.frame import encode

        self.hub.send(encode(sender, target or self.link.guid, command, data))
        await self.run(100)

    def heard(self):
        """(command, data) of what came since."""
        while not self.ended:
            try:
                chunk = self.hub.recv(65536)
            except BlockingIOError:
                break
            except ConnectionResetError:
                chunk = b""
            self.ended = not chunk
            self.reader.feed(chunk)
        return [(message[2], message[3]) for message in iter(self.reader.next, None)]

    async def join(self):
        """Go through all steps of joining."""
        from firmware.protocol import commands, messages

        await self.dial()
        await self.say(commands.SET_PARENT)
        await self.say(
            commands.ACCEPT_DEVICE,
            messages.encode(
                commands.ACCEPT_DEVICE, time_ms=1000, keep_alive_s=20, version=1, features=0, hub=self.HUB
            ),
        )
        assert self.link.joined
        return self.heard()

    def close(self):
        """End all of it."""
        if self.task:
            self.task.cancel()
        for sock in (self.hub, self.listener, self.link.sock):
            if sock:
                sock.close()
