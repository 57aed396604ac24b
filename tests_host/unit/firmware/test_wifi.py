"""Joining Wi-Fi."""

import asyncio
from types import SimpleNamespace

import chip_fakes
import pytest

from firmware.network import wifi

HOME = {"ssid": "home", "password": "secret12"}
OTHER = {"ssid": "other", "password": "secret34"}


@pytest.fixture
def start(station, monkeypatch):
    tasks = []
    monkeypatch.setattr(wifi, "POLL_MS", 500)

    def begin(*networks, anew=False, joined=(), turns=None, **settings):
        session = SimpleNamespace(
            wifi_up=station.isconnected, anew=anew, without_wifi_ms=lambda: 0, joined=joined, look=None
        )
        session.turns = turns
        tasks.append(asyncio.ensure_future(wifi.run(session, {"wifi": list(networks), **settings})))
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


async def test_new_settings_are_told_to_the_sdk_even_when_it_could_go_on(start, station, clock):
    station.ssid, station.password = "home", "old"
    station.air = {"home": "old"}
    task = start(HOME, anew=True)
    await clock.run(20_000)
    assert not task.done(), "joined with the password of before"
    assert station.connects == [("home", "secret12")]


async def test_a_static_address(start, station, clock):
    station.air = {"home": "secret12"}
    address = {"ip": "192.168.1.9", "mask": "255.255.255.0", "gateway": "192.168.1.1", "dns": "9.9.9.9"}
    start(HOME, address=address)
    await clock.run(600)
    assert station.address == ("192.168.1.9", "255.255.255.0", "192.168.1.1", "9.9.9.9")


async def test_without_one_the_address_is_left_to_dhcp(start, station, clock):
    start(HOME)
    await clock.run(600)
    assert station.address is None


async def test_what_hangs_in_connecting_is_begun_anew_once_a_minute(start, station, clock):
    station.ssid, station.password, station.state = "home", "secret12", chip_fakes.network.STAT_CONNECTING
    station.hangs = True
    task = start(HOME)
    await clock.run(59_000)
    assert station.left == 0
    await clock.run(3_000)
    assert (station.left, station.connects) == (1, []), "kicked, and nothing written to flash"
    await clock.run(62_000)
    assert station.left == 2
    station.hangs = False
    station.air = {"home": "secret12"}
    await clock.run(600)
    assert task.done()


THIRD = {"ssid": "third", "password": "secret56"}


async def test_the_strongest_that_is_remembered_after_the_one_joined_last(start, station, clock):
    station.ssid = "home"
    station.air = {"other": "secret34", "third": "secret56"}
    task = start(HOME, OTHER, THIRD, joined=[("home", -80), ("other", -70), ("third", -60)])
    await clock.run(20_000)
    assert task.done()
    assert [ssid for ssid, _ in station.connects] == ["third"]


async def test_a_network_that_fails_is_left_once_that_is_sure(start, station, clock):
    station.ssid, station.password, station.state = "home", "secret12", chip_fakes.network.STAT_GOT_IP
    station.air = {"other": "secret34"}
    task = start(HOME, OTHER, joined=[("home", -60)])
    await clock.run(wifi.SURE_MS - 500)
    assert station.ssid == "home"
    await clock.run(2_000)
    assert task.done()
    assert station.connects[-1] == ("other", "secret34")


async def test_a_network_alone_is_not_hurried(start, station, clock):
    station.air = {"neighbour": "?"}
    start(HOME)
    await clock.run(wifi.TRY_MS - 1_000)
    assert station.tries == 1


async def test_one_that_gives_no_address_takes_its_time_and_no_more(start, station, clock):
    station.hangs = True
    start(HOME, OTHER)
    await clock.run(wifi.TRY_MS - 1_000)
    assert station.ssid == "home"
    await clock.run(2_000)
    assert station.ssid == "other"


async def test_the_one_joined_last_has_the_time_between_the_rounds(start, station, clock):
    station.air = {"neighbour": "?"}
    task = start(HOME, OTHER, joined=[("home", -60)])
    await clock.run(60_000)
    assert station.ssid == "home"
    station.air = {"home": "secret12"}
    await clock.run(1_000)
    assert task.done()


async def test_another_that_comes_later_has_its_turn(start, station, clock):
    station.air = {"neighbour": "?"}
    task = start(HOME, OTHER, joined=[("home", -60)])
    await clock.run(60_000)
    station.air = {"other": "secret34"}
    await clock.run(2 * wifi.PAUSE_MS)  # it is due within the first, and may come a jittered wait later
    assert task.done()
    assert station.ssid == "other"


async def test_four_networks_that_fail_spare_the_flash(start, station, clock):
    station.air = {"neighbour": "?"}
    start(HOME, OTHER, THIRD, {"ssid": "fourth"}, joined=[("home", -60)])
    await clock.run(24 * 3600_000)
    assert len(station.connects) <= 24 * 4 + 20


async def test_what_was_joined_is_remembered(start, station, clock):
    station.air, station.signals = {"other": "secret34"}, {"other": -71}
    task = start(HOME, OTHER, joined=[("home", -60), ("other", -50)])
    session = task.get_coro().cr_frame.f_locals["session"]
    await clock.run(20_000)
    assert session.joined == [("other", -71), ("home", -60)]


async def test_the_others_have_their_turns_no_sooner_for_an_access_point_in_between(start, station, clock):
    """What is known of them outlives the session: each turn writes the SDK's flash."""
    turns = [clock.ticks_ms() + 600_000, wifi.PAUSE_MS]
    station.ssid, station.password = "home", "secret12"
    start(HOME, OTHER, joined=[("home", -60)], turns=turns)
    await clock.run(500_000)
    assert station.connects == []
    for _ in range(300):  # the wait before has some jitter, and each turn takes its time
        await clock.run(1000)
        if turns[wifi.PAUSE] != wifi.PAUSE_MS:
            break
    assert ("other", "secret34") in station.connects
    assert turns[wifi.PAUSE] == 2 * wifi.PAUSE_MS


async def test_an_esp32_that_hides_every_other_refusal_goes_on_to_the_next(
    start, station, clock, monkeypatch
):
    monkeypatch.setattr(wifi.this, "CHIP", "ESP32")
    monkeypatch.setattr(wifi.signal, "dbm", lambda: wifi.signal.NOTHING_DBM)
    station.air = {"home": "changed!", "other": "secret34"}
    told = station.status
    hides = {chip_fakes.network.STAT_WRONG_PASSWORD: chip_fakes.network.STAT_CONNECTING}
    monkeypatch.setattr(
        station, "status", lambda: hides.get(told(), told()) if clock.now // 3000 % 2 else told()
    )
    task = start(HOME, OTHER)
    await clock.run(wifi.SURE_MS + 2000)
    assert task.done() and station.ssid == "other"


async def test_an_esp32_is_not_led_astray_by_the_failure_before(start, station, clock, monkeypatch):
    """It is admitted, there is no address yet, and its status is that of the network before."""
    monkeypatch.setattr(wifi.this, "CHIP", "ESP32")
    monkeypatch.setattr(wifi.signal, "dbm", lambda: -61)
    monkeypatch.setattr(station, "status", lambda: chip_fakes.network.STAT_NO_AP_FOUND)
    station.hangs = True
    start(HOME, OTHER)
    await clock.run(wifi.TRY_MS - 1000)
    assert station.ssid == "home"
    await clock.run(2000)
    assert station.ssid == "other"
