"""Joining Wi-Fi."""

import asyncio

import chip_fakes
import pytest

from firmware.network import wifi

HOME = {"ssid": "home", "password": "secret12"}
OTHER = {"ssid": "other", "password": "secret34"}


@pytest.fixture
def start(station):
    tasks = []

    def begin(*networks):
        tasks.append(asyncio.ensure_future(wifi.run(networks, station.isconnected)))
        return tasks[-1]

    yield begin
    for task in tasks:
        task.cancel()


def test_the_name_is_made_a_host_name():
    wifi.start("Küche links / 2" + "x" * 40)
    assert len(chip_fakes.names[0]) == 32
    assert chip_fakes.names[0].endswith("x")
    assert " " not in chip_fakes.names[0]


async def test_in_order(start, station, clock):
    station.air = {"other": "secret34"}
    task = start(HOME, OTHER)
    await clock.run(20_000)
    assert task.done()
    assert station.connects == [("home", "secret12"), ("other", "secret34")]


async def test_the_connection_of_the_sdk_is_not_disturbed(start, station, clock):
    station.ssid, station.state = "home", chip_fakes.network.STAT_CONNECTING
    task = start(HOME)
    await clock.run(3000)
    station.state = chip_fakes.network.STAT_GOT_IP
    await clock.run(100)
    assert task.done()
    assert station.connects == []


async def test_a_changed_password_is_told_to_the_sdk(start, station, clock):
    station.ssid, station.state = "home", chip_fakes.network.STAT_WRONG_PASSWORD
    station.air = {"home": "secret12"}
    task = start(HOME)
    await clock.run(100)
    assert task.done()
    assert station.connects == [("home", "secret12")]


async def test_gives_up_and_backs_off(start, station, clock):
    task = start(HOME)
    await clock.run(14_900)
    assert (station.left, len(station.connects)) == (0, 1)
    await clock.run(200)
    assert station.left == 1
    times = []
    for _ in range(300):
        await clock.run(1000)
        times.append(len(station.connects))
    assert not task.done()
    assert 5 <= times[-1] <= 9


async def test_an_open_network_has_no_password(start, station, clock):
    station.air = {"open": ""}
    assert await asyncio.wait_for(start({"ssid": "open"}), 1) is None


async def test_what_the_sdk_refuses_is_not_the_end(start, station, clock):
    station.raises = "cannot set"
    task = start(HOME)
    await clock.run(10_000)
    assert not task.done()
    station.raises, station.air = None, {"home": "secret12"}
    await clock.run(20_000)
    assert task.done()


async def test_no_networks_wait(start, clock):
    task = start()
    await clock.run(100_000)
    assert not task.done()
