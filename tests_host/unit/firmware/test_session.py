"""What keeps a link up: waits, what is avoided, and beacons that are missed."""

import asyncio
import socket
from itertools import pairwise
from time import ticks_ms
from types import SimpleNamespace

import pytest

from firmware.links import probe
from firmware.links.session import MISSED_MS, Session
from firmware.network import discovery, pause, standard
from firmware.network.hubs import FRESH_MS
from firmware.protocol import beacon

HUB = b"H" * 16
TARGET = (HUB, "10.0.0.1", 7261)


class Task:
    """The link's task, as far as the session sees it."""

    cancelled = 0

    def cancel(self):
        self.cancelled += 1


class Link:
    """A link without a connection."""

    def __init__(self):
        self.hub = HUB
        self.sock = None
        self.joined = self.accepted = self.again = False
        self.pause = 0
        self.task = Task()
        self.checks = 0

    def check(self):
        self.checks += 1

    def tick(self):
        pass


@pytest.fixture
def session():
    made = Session(Link(), 7260, lambda: made.up)
    made.settings = lambda: {"insecure": True}
    made.up = True
    return made


async def waited(session, clock, target=TARGET):
    """Milliseconds of the pause after a connection."""
    start = clock.now
    task = asyncio.ensure_future(pause.run(session, target))
    while not task.done():
        await clock.run(50)
        assert clock.now - start < 100_000
    return clock.now - start


async def test_waits_double_up_to_a_minute(session, clock):
    for wait in (1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000):
        assert wait * 0.75 - 50 <= await waited(session, clock) <= wait * 1.25 + 100
    session.link.accepted = True
    assert await waited(session, clock) <= 1350


async def test_a_beacon_of_the_wanted_hub_ends_the_wait(session, clock):
    session.wait = 60000
    task = asyncio.ensure_future(pause.run(session, TARGET))
    await clock.run(10_000)
    assert not task.done()
    session.ears._hear(beacon.encode(0, bytes(4), HUB, [(1, 7261)]), ("10.0.0.1", 1))
    await clock.run(5_100)
    assert task.done()


async def test_a_rejected_device_waits_a_minute_whatever_it_hears(session, clock):
    session.link.pause = 60_000
    task = asyncio.ensure_future(pause.run(session, TARGET))
    for _ in range(59):
        session.ears._hear(beacon.encode(0, bytes(4), HUB, [(1, 7261)]), ("10.0.0.1", 1))
        await clock.run(1000)
    assert not task.done()
    await clock.run(1100)
    assert task.done()
    assert not session.failed


async def test_lost_wifi_does_not_shorten_the_wait_after_a_reject(session, clock):
    session.link.pause = 60_000
    session.up = False
    assert await waited(session, clock) >= 60_000
    session.link.pause = 0
    assert await waited(session, clock) <= 100


async def test_what_failed_is_avoided_and_bounded(session, clock):
    for port in range(30):
        pause._learn(session, (HUB, "10.0.0.1", port))
    assert 0 < len(session.failed) <= pause.FAILED_MAX
    session.link.accepted = True
    pause._learn(session, (HUB, "10.0.0.1", 29))
    assert (HUB, "10.0.0.1", 29) not in session.failed


async def test_lost_wifi_blames_no_hub(session):
    session.up = False
    pause._learn(session, TARGET)
    assert not session.failed


async def test_since_when_the_configured_address_fails(session, clock):
    pause._learn(session, (None, "h", 1))
    first = session.failing
    clock.step(5000)
    pause._learn(session, (None, "h", 1))
    assert session.failing == first
    session.link.accepted = True
    pause._learn(session, (None, "h", 1))
    assert session.failing is None


def test_what_bears_no_magic_is_no_beacon(session):
    data = beacon.encode(0, bytes(4), HUB, [(1, 7261)])
    session.ears._hear(b"GIWT" + data[4:], ("10.0.0.1", 1))
    assert session.ears.age() == -1
    session.ears._hear(data, ("10.0.0.1", 1))
    assert session.ears.age() == 0


def linked_elsewhere(session, port):
    """A session whose configured address failed long ago and that another hub serves."""
    session.settings = lambda: {"hub": {"host": "127.0.0.1", "port": port}}
    session.link.sock = session.link.joined = True
    session.failing, session.again = ticks_ms() - 200_000, ticks_ms() + 300_000
    session.probe_at = session.again


async def test_the_configured_address_is_tried_every_five_minutes(session, clock, monkeypatch):
    """Beside a link to another hub; nobody listens there."""
    tries = []
    connect = probe._connect
    monkeypatch.setattr(probe, "_connect", lambda *where: tries.append(clock.now) or connect(*where))
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    linked_elsewhere(session, port)
    for _ in range(3 * 305_000 // 50):
        session.tick()
        await clock.run(50)
        await session.check()
    assert len(tries) == 3
    assert [290_000 < b - a < 310_000 for a, b in pairwise(tries)] == [True, True]
    assert not session.link.task.cancelled


async def test_the_configured_address_takes_over_again_and_has_one_try(session, clock):
    with socket.create_server(("127.0.0.1", 0)) as server:
        linked_elsewhere(session, server.getsockname()[1])
        await clock.run(301_000)
        session.tick()
        while not session.link.task.cancelled:
            await clock.run(50)
    await clock.run(1000)
    assert discovery._due(session)
    session.again = ticks_ms() + discovery.AGAIN_MS  # what discovery sets at that try
    pause._learn(session, (None, "127.0.0.1", 1))
    assert not discovery._due(session)


def test_missed_beacons_are_checked_once(session, clock):
    session.link.sock = session.link.joined = True
    session.tick()
    session.ears._hear(beacon.encode(0, bytes(4), HUB, [(1, 7261)]), ("10.0.0.1", 1))
    for _ in range(MISSED_MS // 50):
        session.tick()
        clock.step(50)
    assert session.link.checks == 0
    for _ in range(100):
        clock.step(50)
        session.tick()
    assert session.link.checks == 1


def test_the_hub_registered_at_is_the_one_that_is_watched(session, clock):
    session.link.sock = session.link.joined = True
    session.ears._hear(beacon.encode(0, bytes(4), HUB, [(1, 7261)]), ("10.0.0.1", 1))
    session.link.hub = b"N" * 16
    session.tick()
    assert (session.ears.hub, session.ears.age()) == (b"N" * 16, -1)


def test_without_wifi_the_link_ends(session):
    session.link.sock = True
    session.up = False
    session.tick()
    assert session.link.task.cancelled == 1


async def test_from_a_backup_to_a_standard_after_fifteen_seconds(session, clock):
    session.link.sock = True
    task = asyncio.ensure_future(standard.run(session))
    await clock.run(100)
    for _ in range(3):
        session.ears._hear(beacon.encode(0, bytes(4), b"S" * 16, [(1, 7261)]), ("10.0.0.2", 1))
        await clock.run(FRESH_MS // 3)
        assert not session.link.task.cancelled
    session.ears._hear(beacon.encode(0, bytes(4), b"S" * 16, [(1, 7261)]), ("10.0.0.2", 1))
    await clock.run(1100)
    assert session.link.task.cancelled == 1
    assert task.done()
    assert session.ears.discovery is None


async def test_the_watch_for_a_standard_ends_with_the_next_search(session, clock):
    task = asyncio.ensure_future(standard.run(session))
    await clock.run(100)
    session.ears.discovery = other = SimpleNamespace()
    await clock.run(1100)
    assert task.done()
    assert session.ears.discovery is other


@pytest.mark.parametrize("found", [True, False])
async def test_a_hub_that_falls_silent_at_once(session, clock, found):
    """The beacon that led to a hub counts; a configured hub need not send any."""
    session.found = found
    session.link.sock, session.link.joined, session.link.hub = object(), True, b"N" * 16
    session.tick()
    clock.step(MISSED_MS + 1)
    session.tick()
    assert session.link.checks == found
