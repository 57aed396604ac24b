"""Rollouts that are broken into: a hub, a network or a plug that is away, a person who pauses or stops."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from firmware.protocol import commands
from tests_host.clocks import Clock
from tests_host.fleet import come, fleet, go, here, offered, plan, reaches, running, states
from tests_host.hubs import until
from tests_host.updatable import CONFIRMED, FETCHING, STAGED, TRIAL, Plug
from twig.hub.errors import (
    RolloutOver,
)
from twig.hub.hub import Hub
from twig.hub.rollouts.plan import Wave
from twig.hub.rollouts.tally import MISSING_MS
from twig.hub.views import RolloutView

HALF_AN_HOUR_S = 1_800
QUIET_S = 0.3  # fifteen steps of the hub: what has not come by then does not come


async def test_a_hub_that_is_restarted_goes_on_and_offers_nothing_twice(tmp_path: Path) -> None:
    plugs = fleet(20)
    async with running(tmp_path) as hub:
        await come(hub, plugs)
        begun = await hub.begin_rollout("0.2.0", plan(0.1, 1.0, at_once=4))
        await until(lambda: sum(plug.sequence == 7 for plug in plugs) >= 5, 20)
        await go(plugs)
    confirmed = [plug for plug in plugs if plug.sequence == 7]
    assert 5 <= len(confirmed) < 20
    under_way = [plug for plug in plugs if plug.offers and plug not in confirmed]
    async with running(tmp_path) as hub:
        await come(hub, plugs)
        for plug in under_way:  # a plug remembers what it has to do
            plug.sequence, plug.firmware = 7, "0.2.0"
            plug.tell("0.2.0", CONFIRMED, 100)
        done = await reaches(hub, begun, "done")
        assert states(done) == {"confirmed": 20}
        assert [len(plug.offers) for plug in confirmed] == [1] * len(confirmed)
        assert max(len(plug.offers) for plug in plugs) == 1
        await go(plugs)


@pytest.mark.parametrize("seconds", [HALF_AN_HOUR_S, 2 * MISSING_MS / 1000])
@pytest.mark.parametrize("state", [FETCHING, STAGED, TRIAL])
async def test_a_hub_that_is_away_counts_nobody_as_rolled_back_or_missing(
    tmp_path: Path, clock: Clock, state: int, seconds: float
) -> None:
    plugs = fleet(3, dies_in=state)
    async with running(tmp_path) as hub:
        await come(hub, plugs)
        begun = await hub.begin_rollout("0.2.0", plan())
        await until(lambda: offered(plugs) == 3 and not any(one.online for one in hub.devices()))
    clock.skip(seconds)
    async with running(tmp_path) as hub:
        await asyncio.sleep(QUIET_S)
        await goes_on(hub, begun, plugs)


@pytest.mark.parametrize("state", [FETCHING, STAGED, TRIAL])
async def test_a_network_that_is_away_for_half_an_hour_counts_nobody_as_rolled_back(
    offering: Hub, clock: Clock, state: int
) -> None:
    plugs = fleet(3, dies_in=state)
    await come(offering, plugs)
    begun = await offering.begin_rollout("0.2.0", plan())
    await until(lambda: offered(plugs) == 3 and not any(one.online for one in offering.devices()))
    clock.skip(HALF_AN_HOUR_S)
    await asyncio.sleep(QUIET_S)
    await goes_on(offering, begun, plugs)


async def goes_on(hub: Hub, begun: RolloutView, plugs: list[Plug]) -> None:
    """Three that were under way still are, none is thought worse of, and none is offered it twice."""
    found = hub.rollout(begun.id)
    assert (found.state, found.waves[0].active, found.waves[0].rolled_back) == ("running", 3, 0)
    await finish(hub, plugs)
    assert states(await reaches(hub, begun, "done")) == {"confirmed": 3}
    assert offered(plugs) == 3
    await go(plugs)


async def finish(hub: Hub, plugs: list[Plug]) -> None:
    """They come back and confirm."""
    for plug in plugs:
        plug.firmware, plug.sequence = "0.2.0", 7
    await come(hub, plugs)
    await asyncio.sleep(QUIET_S)  # nobody is offered it again meanwhile
    for plug in plugs:
        plug.tell("0.2.0", CONFIRMED, 100)


async def test_devices_under_way_that_never_come_back_end_the_rollout(offering: Hub, clock: Clock) -> None:
    plugs = fleet(2, dies_in=TRIAL)
    async with here(offering, plugs):
        begun = await offering.begin_rollout("0.2.0", plan(0.5, 1.0))
        await until(lambda: "trial" in states(offering.rollout(begun.id)))
        await until(lambda: sum(one.online for one in offering.devices()) == 1)
        clock.skip(3_700)
        done = await reaches(offering, begun, "stopped")
        assert done.reason == "wave 1: 1 of 1 devices have not confirmed, 90% is the least"
        assert (done.waves[0].refused, offered(plugs)) == (1, 1)


async def test_a_plug_that_is_away_gets_it_later(tmp_path: Path) -> None:
    plugs = fleet(3)
    async with running(tmp_path) as hub:
        await come(hub, plugs)
        await plugs[0].go()
        await until(lambda: sum(one.online for one in hub.devices()) == 2)
        begun = await hub.begin_rollout("0.2.0", plan(0.5, 1.0))
        done = await reaches(hub, begun, "done")
        assert states(done) == {"confirmed": 2, "pending": 1}
        assert sum(wave.offline for wave in done.waves) == 1
        await go(plugs)
    async with running(tmp_path) as hub, here(hub, plugs):
        await until(lambda: plugs[0].sequence == 7)
        await until(lambda: states(hub.rollout(begun.id)) == {"confirmed": 3})
        assert offered(plugs) == 3


async def test_nothing_begins_while_the_first_wave_is_away(offering: Hub) -> None:
    plugs = fleet(2)
    async with here(offering, plugs):
        await plugs[0].go()
        await until(lambda: not offering.device(plugs[0].text).online)
        waves = (Wave(devices=(plugs[0].text,)), Wave(share=1.0))
        begun = await offering.begin_rollout("0.2.0", replace(plan(), waves=waves))
        await asyncio.sleep(QUIET_S)
        assert (offering.rollout(begun.id).waves[0].offline, offered(plugs)) == (1, 0)
        await plugs[0].come(offering.ports["device"])
        await reaches(offering, begun, "done")


async def test_a_rollout_pauses_and_goes_on(offering: Hub, clock: Clock) -> None:
    plugs = fleet(6, codes=[commands.BUSY])
    async with here(offering, plugs):
        for plug in plugs:
            plug.codes = [commands.BUSY] if plug is plugs[0] else []
        begun = await offering.begin_rollout("0.2.0", plan(at_once=2))
        await until(lambda: offered(plugs) >= 2)
        paused = await offering.pause_rollout(begun.id)
        assert (paused.state, paused.reason) == ("paused", "by a person")
        at_pause = offered(plugs)
        clock.skip(800)  # no busy device is asked again either
        await asyncio.sleep(QUIET_S)
        assert offered(plugs) == at_pause < 6
        assert offering.rollout(begun.id).state == "paused"
        await offering.resume_rollout(begun.id)
        await reaches(offering, begun, "done")
        assert {plug.sequence for plug in plugs} == {7}


async def test_an_emergency_stop_is_at_once_and_for_good(tmp_path: Path, clock: Clock) -> None:
    plugs = fleet(8)
    plugs[0].codes, plugs[1].dies_in = [commands.BUSY], FETCHING
    async with running(tmp_path) as hub, here(hub, plugs):
        waves = (Wave(devices=tuple(plug.text for plug in plugs)),)
        begun = await hub.begin_rollout("0.2.0", replace(plan(), waves=waves, at_once=3))
        await until(lambda: offered(plugs) >= 3)
        stopped = await hub.stop_rollout(begun.id)
        assert (stopped.state, stopped.reason) == ("stopped", "by a person")
        assert stopped.waves[0].pending >= 5
        at_stop = offered(plugs)
        await until(lambda: not hub.device(plugs[1].text).online)
        await plugs[1].come(hub.ports["device"])
        clock.skip(1_000)  # neither the busy one nor the silent one is offered it again
        await asyncio.sleep(QUIET_S)
        assert offered(plugs) == at_stop
        for act in (hub.pause_rollout, hub.resume_rollout, hub.stop_rollout):
            with pytest.raises(RolloutOver):
                await act(begun.id)
        await go(plugs)
    async with running(tmp_path) as hub, here(hub, plugs):
        clock.skip(1_000)
        await asyncio.sleep(QUIET_S)
        assert hub.rollout(begun.id).state == "stopped"
        assert offered(plugs) == at_stop


async def test_a_rollout_that_was_stopped_has_no_say_in_the_next_one(tmp_path: Path, clock: Clock) -> None:
    """Of the same release: its devices are looked after again, also by a hub that is restarted."""
    plugs = fleet(2, dies_in=FETCHING)
    async with running(tmp_path) as hub, here(hub, plugs):
        first = await hub.begin_rollout("0.2.0", plan(0.5, 1.0, pause_s=600))
        await hub.stop_rollout(first.id)
        second = await hub.begin_rollout("0.2.0", plan())
        await until(lambda: offered(plugs) == 2 and not any(one.online for one in hub.devices()))
    async with running(tmp_path) as hub:
        for plug in plugs:
            plug.dies_in = 0
        await come(hub, plugs)
        clock.skip(1_000)
        assert states(await reaches(hub, second, "done")) == {"confirmed": 2}
        assert states(hub.rollout(first.id)) == {"pending": 2}
        assert offered(plugs) == 4
        await go(plugs)


async def test_what_a_person_has_offered_a_device_of_a_later_wave_stays(offering: Hub) -> None:
    plugs = fleet(2)
    async with here(offering, plugs):
        waves = (Wave(devices=(plugs[0].text,)), Wave(share=1.0))
        begun = await offering.begin_rollout("0.2.0", replace(plan(), waves=waves, pause_s=600.0))
        await until(lambda: offering.rollout(begun.id).next_ms)
        await plugs[1].go()
        await until(lambda: not offering.device(plugs[1].text).online)
        await offering.update(plugs[1].text)
        await asyncio.sleep(QUIET_S)
        await plugs[1].come(offering.ports["device"])
        await until(lambda: states(offering.rollout(begun.id)) == {"confirmed": 2})


async def test_a_late_rollback_stops_what_is_done(offering: Hub) -> None:
    plugs = fleet(3)
    plugs[0].bad = "0.2.0"
    await come(offering, plugs)
    await plugs[0].go()
    await until(lambda: sum(one.online for one in offering.devices()) == 2)
    begun = await offering.begin_rollout("0.2.0", plan())
    await reaches(offering, begun, "done")
    async with here(offering, [plugs[0]]):
        assert "has rolled back" in (await reaches(offering, begun, "stopped")).reason
    await go(plugs)


async def test_a_release_that_is_taken_away_stops_it(offering: Hub) -> None:
    plugs = fleet(2)
    async with here(offering, plugs):
        begun = await offering.begin_rollout("0.2.0", plan(0.5, 1.0, pause_s=0.5))
        await until(lambda: offering.rollout(begun.id).next_ms)
        await offering.releases.drop(offering.releases.keys[0].fingerprint)
        assert "not published here" in (await reaches(offering, begun, "stopped")).reason
        assert offered(plugs) == 1


async def test_a_hub_that_is_killed_goes_on(tmp_path: Path, clock: Clock) -> None:
    """What its database held at that moment is all that the next one knows; it asks for what it missed."""
    plugs = fleet(12)
    async with running(tmp_path / "killed") as hub:
        await come(hub, plugs)
        begun = await hub.begin_rollout("0.2.0", plan(0.2, 1.0, at_once=4))
        await until(lambda: sum(plug.sequence == 7 for plug in plugs) >= 4, 20)
        shutil.copytree(tmp_path / "killed" / "releases", tmp_path / "next" / "releases")
        save(tmp_path / "killed", tmp_path / "next" / "hub.sqlite3")
        await go(plugs)
    confirmed = [plug for plug in plugs if plug.sequence == 7]
    async with running(tmp_path / "next") as hub:
        await come(hub, plugs)
        clock.skip(1_000)  # who has lost what it was at is offered it again
        done = await reaches(hub, begun, "done")
        assert states(done) == {"confirmed": 12}
        assert all(len(plug.offers) <= 2 for plug in confirmed)
        assert {plug.firmware for plug in plugs} == {"0.2.0"}
        await go(plugs)


def save(data: Path, file: Path) -> None:
    """The database as it is now on the disk."""
    with closing(sqlite3.connect(data / "hub.sqlite3")) as now, closing(sqlite3.connect(file)) as copy:
        now.backup(copy)
