"""A better access point: only after ten minutes of bad signal, 10 dB better, ever more seldom."""

import asyncio
from types import SimpleNamespace

import pytest

from firmware.network import better, leave, wifi

HOME = {"ssid": "home", "password": "secret12"}
OTHER = {"ssid": "other", "password": "secret34"}
THIRD = {"ssid": "third", "password": "secret56"}
STATUS_S = 300
LONG_S = STATUS_S * (better.SAMPLES - 1)
HOUR_S, DAY_S = 3600, 86400


class Plug:
    """A session whose Wi-Fi manager runs whenever there is none, and whose status reports come."""

    def __init__(self, station, clock):
        self.station, self.clock = station, clock
        self.uptime_s = 0
        self.left = []  # uptimes
        self.button = SimpleNamespace(kind="button", at=-better.QUIET_MS)
        self.session = SimpleNamespace(
            wifi_up=station.isconnected,
            anew=False,
            trying=False,
            without_wifi_ms=lambda: 0,
            tasks=[],
            visit=None,
        )
        self.session.link = SimpleNamespace(ios=[SimpleNamespace(kind="switch"), self.button])
        self.session.look = self.session.turns = None
        self.session.joined = [("home", -60)]
        self.networks = [HOME]

    async def run(self, seconds):
        for _ in range(0, seconds, STATUS_S):
            before = self.station.left
            better.note(self.session, self.uptime_s)
            await self.clock.run(leave.SENT_MS)
            if self.station.left != before:
                self.left.append(self.uptime_s)
                await self.seek()
            await self.clock.run(STATUS_S * 1000 - leave.SENT_MS)
            self.uptime_s += STATUS_S

    async def seek(self):
        assert not self.station.isconnected()
        task = asyncio.ensure_future(wifi.run(self.session, {"wifi": self.networks}))
        for _ in range(200):
            await self.clock.run(1000)
            if task.done():
                return await task
        raise AssertionError("it has not come back")


@pytest.fixture
def plug(station, clock, monkeypatch):
    monkeypatch.setattr(wifi, "POLL_MS", 500)
    station.ssid, station.password, station.state = "home", "secret12", 5
    station.air = {"home": "secret12", "other": "secret34", "third": "secret56"}
    return Plug(station, clock)


async def test_a_good_signal_is_never_left(plug, station):
    station.signals = {"home": -74, "other": -40}
    await plug.run(DAY_S)
    assert plug.left == []
    assert plug.session.look is None


async def test_it_takes_ten_minutes(plug, station):
    station.signals = {"home": -80}
    await plug.run(LONG_S)
    assert plug.left == []
    await plug.run(STATUS_S)
    assert plug.left == [LONG_S]


async def test_status_reports_in_a_row_are_no_long_time(plug, station):
    station.signals = {"home": -80}
    for _ in range(10):
        better.note(plug.session, plug.uptime_s)
        plug.uptime_s += 1
    assert plug.session.look[better.COUNT] == 1


async def test_one_moment_of_bad_signal_is_not_long(plug, station):
    for _ in range(20):
        for signal in (-95, -60, -60):
            station.signals = {"home": signal}
            await plug.run(STATUS_S)
    assert plug.left == []


async def test_a_nearer_access_point_of_the_same_name(plug, station):
    station.signals, station.nearer = {"home": -80}, {"home": -60}
    plug.networks = [HOME, OTHER]
    await plug.run(DAY_S)
    assert plug.left == [LONG_S]
    assert station.connects == [], "its flash is not written"
    assert plug.session.joined == [("home", -60)]


async def test_another_network_that_is_better_is_kept(plug, station):
    station.signals = {"home": -80, "other": -75, "third": -70}
    plug.networks = [HOME, OTHER, THIRD]
    await plug.run(LONG_S + STATUS_S)
    assert [ssid for ssid, _ in station.connects] == ["other", "third"]
    assert plug.session.joined == [("third", -70), ("home", -80), ("other", -75)]
    assert plug.session.look[better.REST] == better.REST_FIRST_S


async def test_nine_decibels_are_not_enough(plug, station):
    station.signals = {"home": -80, "other": -71}
    plug.networks = [HOME, OTHER]
    await plug.run(LONG_S + STATUS_S)
    assert [ssid for ssid, _ in station.connects] == ["other", "home"]
    assert plug.session.joined == [("home", -80), ("other", -71)]
    assert station.isconnected()


async def test_one_that_is_not_there_costs_its_turn_only(plug, station):
    station.signals = {"home": -80}
    del station.air["other"]
    plug.networks = [HOME, OTHER]
    await plug.run(LONG_S + STATUS_S)
    assert (station.ssid, station.isconnected()) == ("home", True)
    assert plug.session.joined == [("home", -80)]


async def test_looks_grow_rare_and_spare_the_flash(plug, station):
    station.signals = {"home": -80, "other": -71}
    plug.networks = [HOME, OTHER]
    await plug.run(DAY_S)
    gaps = [after - before for before, after in zip(plug.left, plug.left[1:], strict=False)]
    assert [gap // HOUR_S for gap in gaps] == [1, 2, 4, 8]
    assert len(station.connects) <= 2 * 24 // 6
    await plug.run(6 * DAY_S)
    assert len(plug.left) <= 12


async def test_content_makes_looks_come_sooner_again(plug, station):
    station.signals = {"home": -80}
    await plug.run(DAY_S)
    station.signals = {"home": -60}
    await plug.run(DAY_S)
    assert plug.session.look[better.REST] == better.REST_FIRST_S


async def test_others_are_tried_four_times_a_day_at_most(plug, station):
    plug.networks = [HOME, OTHER]
    for _ in range(10):
        station.signals = {"home": -80, "other": -80}
        await plug.run(6 * STATUS_S)  # in step with the samples or not
        station.signals = {"home": -60, "other": -80}
        await plug.run(2 * HOUR_S)
    assert len(plug.left) == 10
    assert len(station.connects) <= 2 * 4


@pytest.mark.parametrize("what", ["trial", "press"])
async def test_not_while_a_configuration_is_on_trial_nor_soon_after_a_press(plug, station, clock, what):
    station.signals = {"home": -80}
    for _ in range(5):
        plug.session.trying = what == "trial"
        if what == "press":
            plug.button.at = clock.ticks_ms() - better.QUIET_MS + 1000
        await plug.run(STATUS_S)
    assert plug.left == []
    plug.session.trying = False
    await plug.run(STATUS_S)
    assert len(plug.left) == 1


async def test_a_trial_that_begins_meanwhile_is_not_disturbed(plug, station):
    station.signals = {"home": -80}
    plug.networks = [HOME, OTHER]
    plug.session.look = [0, 0, 0, HOUR_S, (-80, True), 0]
    plug.session.trying = True
    station.disconnect()
    await plug.seek()
    assert station.connects == []
    assert plug.session.look[better.AIM] is None


async def test_no_signal_is_no_sample(plug, station):
    station.signals = {"home": 31}
    better.note(plug.session, 0)
    assert plug.session.joined == [("home", -60)]
    assert plug.session.look is None


async def test_the_signal_of_the_network_in_use_is_remembered(plug, station):
    station.signals = {"home": -66}
    better.note(plug.session, 0)
    assert plug.session.joined == [("home", -66)]
