"""Joining Wi-Fi."""

import asyncio

import chip_fakes
import pytest

from firmware.network import wifi

HOME = {"ssid": "home", "password": "secret12"}
OTHER = {"ssid": "other", "password": "secret34"}


@pytest.fixture
def start(station, monkeypatch):
    tasks = []
    monkeypatch.setattr(wifi, "POLL_MS", 500)

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
    station.ssid, station.password, station.state = "home", "secret12", chip_fakes.network.STAT_CONNECTING
    task = start(HOME)
    await clock.run(3000)
    station.air = {"home": "secret12"}
    await clock.run(600)
    assert task.done()
    assert (station.tries, station.left, station.connects) == (0, 0, [])


async def test_the_network_of_the_sdk_comes_first(start, station, clock):
    station.ssid, station.password, station.state = "other", "secret34", chip_fakes.network.STAT_GOT_IP
    station.air = {"home": "secret12", "other": "secret34"}
    task = start(HOME, OTHER)
    await clock.run(600)
    assert task.done()
    assert (station.tries, station.left, station.connects) == (0, 0, [])


async def test_a_changed_password_is_told_to_the_sdk_once(start, station, clock):
    station.ssid, station.password, station.state = "home", "old", chip_fakes.network.STAT_CONNECTING
    station.air = {"home": "secret12"}
    task = start(HOME)
    await clock.run(20_000)
    assert task.done()
    assert station.connects == [("home", "secret12")]


async def test_a_wrong_password_is_written_once_only(start, station, clock):
    station.air = {"home": "changed!"}
    task = start(HOME)
    await clock.run(600_000)
    assert not task.done()
    assert len(station.connects) == 1
    assert 5 < station.tries < 15


async def test_without_its_network_it_waits_longer_and_joins_at_once_when_it_comes(start, station, clock):
    station.air = {"neighbour": "?"}
    task = start(HOME)
    await clock.run(600_000)
    assert len(station.connects) == 1
    station.air["home"] = "secret12"
    station.connect()
    await clock.run(600)
    assert task.done()


async def test_two_networks_that_fail_spare_the_flash(start, station, clock):
    task = start(HOME, OTHER)
    await clock.run(1800_000)
    assert len(station.connects) <= 12
    before = len(station.connects)
    await clock.run(1800_000)
    assert len(station.connects) - before <= 3
    station.air = {"home": "secret12"}
    await clock.run(1300_000)
    assert task.done()


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
