"""The choice of server, sentence by sentence of PROTOCOL section 1."""

from types import SimpleNamespace

import pytest

from firmware.network import discovery, pick, provable
from firmware.network.hubs import HUBS_MAX, Hubs
from firmware.network.pick import AVOID_MS
from firmware.protocol import beacon
from firmware.protocol.beacon import BACKUP, DEVELOPMENT, TCP, TLS
from firmware.storage import hub_keys

LAST = b"L" * 16
ONE = b"1" * 16
TWO = b"2" * 16
CODE = "7H3K9QWERTMB"


class Sought(Hubs):
    """Hubs with what failed, as a session keeps it."""

    def __init__(self, *about):
        super().__init__(*about)
        self.failed = {}

    def choose(self):
        return pick.choose(self, self.failed)

    def steady(self):
        return pick.steady(self, self.failed)


def make(last=LAST, **settings):
    ears = SimpleNamespace(hub=last, sock=None, port=7260, discovery=None)
    protocol, known = provable.by({"insecure": True, **settings})
    return Sought(ears, protocol, known, settings.get("development", False))


def say(found, hub, flags=0, protocol=TCP, port=7261, address=bytes(4), source="10.0.0.1"):
    found.hear(beacon.encode(flags, address, hub, [(protocol, port)]), (source, 7260))


def chosen(found):
    target = found.choose()
    return target and target[0]


def test_the_last_hub_at_once(clock):
    found = make()
    say(found, ONE)
    assert found.choose() is None
    say(found, LAST)
    assert found.choose() == (LAST, "10.0.0.1", 7261, False)


def test_half_a_second_for_another(clock):
    found = make()
    say(found, ONE)
    clock.step(499)
    assert found.choose() is None
    clock.step(1)
    assert chosen(found) == ONE


def test_three_seconds_for_a_backup_even_the_last(clock):
    found = make()
    say(found, LAST, BACKUP)
    clock.step(2999)
    assert found.choose() is None
    clock.step(1)
    assert found.choose() == (LAST, "10.0.0.1", 7261, True)


def test_a_standard_server_comes_before_a_backup(clock):
    found = make()
    say(found, LAST, BACKUP)
    clock.step(2900)
    say(found, ONE)
    assert chosen(found) == ONE


def test_at_random_within_the_rank(clock):
    found = make()
    say(found, ONE)
    say(found, TWO)
    say(found, b"B" * 16, BACKUP)
    clock.step(3000)
    assert {chosen(found) for _ in range(100)} == {ONE, TWO}


def test_development_servers_are_ignored_outside_development_mode(clock):
    found = make()
    say(found, LAST, DEVELOPMENT)
    say(found, ONE, DEVELOPMENT | BACKUP)
    clock.step(5000)
    assert found.choose() is None


def test_ranks_in_development_mode(clock):
    found = make(development=True)
    order = [(b"d" * 16, BACKUP), (LAST, 0), (TWO, DEVELOPMENT | BACKUP), (ONE, DEVELOPMENT)]
    for hub, flags in order:
        say(found, hub, flags)
        clock.step(3000)
        assert chosen(found) == hub


def test_the_last_hub_at_once_in_development_mode(clock):
    found = make(development=True)
    say(found, LAST, DEVELOPMENT)
    assert chosen(found) == LAST


def test_plaintext_only_where_it_is_allowed_and_there_is_nothing_better(clock):
    found = make()
    say(found, ONE, protocol=TLS)
    clock.step(5000)
    assert found.choose() is None
    for settings in ({"join_code": CODE}, {"join_code": CODE, "insecure": False}):
        found = make(**settings)
        say(found, ONE, protocol=TCP)
        say(found, TWO, protocol=TLS)
        clock.step(500)
        assert chosen(found) == TWO


def test_with_a_key_only_the_hubs_that_it_is_for(clock):
    hub_keys.put(TWO, bytes(range(32)), False)
    found = make()
    say(found, ONE, protocol=TCP)
    say(found, ONE, protocol=TLS)
    say(found, TWO, protocol=TCP)
    clock.step(5000)
    assert found.choose() is None
    say(found, TWO, protocol=TLS)
    clock.step(500)
    assert chosen(found) == TWO
    found = make(join_code=CODE)
    say(found, ONE, protocol=TLS)
    clock.step(500)
    assert chosen(found) == ONE


def test_the_address_of_the_beacon_or_its_source(clock):
    found = make()
    say(found, LAST, address=bytes([192, 168, 7, 9]))
    assert found.choose()[1] == "192.168.7.9"
    say(found, LAST)
    assert found.choose()[1] == "10.0.0.1"


def test_a_failed_target_is_avoided_for_five_minutes(clock):
    found = make()
    found.failed[(LAST, "10.0.0.1", 7261)] = clock.ticks_ms()
    for _ in range(AVOID_MS // 5000):
        say(found, LAST)
        say(found, ONE)
        clock.step(5000)
        assert chosen(found) == ONE
    clock.step(1)
    say(found, LAST)
    assert chosen(found) == LAST
    assert not found.failed


def test_avoided_is_that_address_and_port_only(clock):
    found = make()
    found.failed[(LAST, "10.0.0.1", 7261)] = clock.ticks_ms()
    say(found, ONE)
    say(found, LAST, port=7000)
    assert found.choose() == (LAST, "10.0.0.1", 7000, False)


def test_an_avoided_hub_is_better_than_none(clock):
    found = make()
    found.failed[(LAST, "10.0.0.1", 7261)] = clock.ticks_ms()
    say(found, LAST)
    assert chosen(found) == LAST


def test_a_backup_while_the_standard_is_avoided(clock):
    found = make()
    found.failed[(LAST, "10.0.0.1", 7261)] = clock.ticks_ms()
    for _ in range(5):
        say(found, LAST)
        say(found, ONE, BACKUP)
        clock.step(5000)
    assert chosen(found) == ONE
    assert not found.steady()


def test_steady_after_fifteen_seconds(clock):
    found = make()
    for _ in range(3):
        say(found, ONE)
        say(found, TWO, BACKUP)
        assert not found.steady()
        clock.step(5000)
    say(found, ONE)
    assert found.steady()
    clock.step(15000)
    assert not found.steady()
    clock.step(2**29 + 1000)
    assert not found.steady()
    say(found, ONE)
    assert not found.steady()


def test_a_hub_that_is_silent_is_forgotten(clock):
    found = make()
    say(found, LAST)
    clock.step(15000)
    assert found.choose() is None
    say(found, ONE)
    assert found.choose() is None  # 500 ms from the first one that can be used, again


def test_hubs_are_bounded_and_the_oldest_goes(clock):
    found = make()
    for number in range(200):
        say(found, bytes([number]) * 16)
        clock.step(1)
    assert len(found.hubs) == HUBS_MAX
    assert bytes([199]) * 16 in found.hubs
    assert bytes([100]) * 16 not in found.hubs


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"TWIG",
        b"TWIX\x01\x01" + bytes(30),
        b"TWIG\0\x01" + bytes(30),
        b"TWIG\x01\0" + bytes(30),
        b"TWIG\x01\x11" + bytes(90),
        b"TWIG\x01\x02" + bytes(25),
        b"\xff" * 256,
    ],
)
def test_what_is_no_beacon_is_counted(data):
    found = make()
    found.hear(data, ("10.0.0.1", 1))
    assert (found.ignored, found.hubs) == (1, {})


def test_a_solicit_of_another_device_is_no_error():
    found = make()
    found.hear(b"TWIG?", ("10.0.0.1", 1))
    assert found.ignored == 0


def session(clock, **settings):
    ears = SimpleNamespace(hub=LAST, sock=None, port=7260, discovery=None)
    return SimpleNamespace(
        ears=ears,
        link=SimpleNamespace(),
        settings=lambda: {"insecure": True, **settings},
        failed={},
        failing=None,
        again=0,
        probe_at=None,
        wifi_up=lambda: True,
    )


HUB = {"host": "hub.lan", "port": 7261}


async def test_a_configured_address_beats_discovery(clock):
    device = session(clock, hub=HUB)
    assert await discovery.run(device) == (None, "hub.lan", 7261, False)
    device.failing = clock.ticks_ms()
    clock.step(59_999)
    assert (await discovery.run(device))[0] is None


@pytest.mark.parametrize("ticks", [1000, 2**30 - 100_000])
async def test_after_a_minute_discovery_is_used_beside_it(clock, ticks):
    import asyncio

    clock.reset(ticks)
    device = session(clock, hub=HUB)
    await discovery.run(device)
    device.failing = clock.ticks_ms()
    clock.step(60_000)
    task = asyncio.create_task(discovery.run(device))
    await clock.run(100)
    assert not task.done()
    say(device.ears.discovery, LAST)
    await clock.run(100)
    assert task.result()[0] == LAST
    assert device.probe_at == device.again
    assert device.ears.discovery is None
    task = asyncio.create_task(discovery.run(device))
    await clock.run(239_000)
    assert not task.done()
    await clock.run(2_000)
    assert task.result() == (None, "hub.lan", 7261, False)


async def test_configured_after_days_on_another(clock):
    device = session(clock, hub=HUB)
    await discovery.run(device)
    device.failing = clock.ticks_ms()
    clock.step(7 * 24 * 3600 * 1000)
    assert (await discovery.run(device))[0] is None


@pytest.mark.parametrize(("more", "plain"), [({}, True), ({"join_code": CODE}, False)])
async def test_how_a_configured_address_is_spoken_to(clock, more, plain):
    device = session(clock, hub=HUB, **more)
    await discovery.run(device)
    assert device.link.plain is plain
    hub_keys.put(TWO, bytes(range(32)), False)
    await discovery.run(device)
    assert not device.link.plain


async def test_a_configured_address_is_no_way_round_insecure(clock):
    """Section 1: a device uses plaintext only when its configuration says so."""
    import asyncio

    device = session(clock, hub=HUB, insecure=False)
    task = asyncio.create_task(discovery.run(device))
    await clock.run(10_000)
    assert not task.done()
    task.cancel()


async def test_no_wifi_no_target(clock):
    device = session(clock)
    device.wifi_up = lambda: False
    assert await discovery.run(device) is None
