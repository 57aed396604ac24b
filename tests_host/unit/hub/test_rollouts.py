"""Rollouts at a hub, to plugs that fetch, restart, and confirm or roll back."""

import asyncio
from dataclasses import replace

import pytest

from tests_host.clocks import Clock
from tests_host.fleet import NEW, fleet, here, offered, plan, reaches, states
from tests_host.hubs import until
from twig.hub.errors import (
    NobodyToUpdate,
    NotInRollout,
    ReleaseUnknown,
    RolloutGoing,
    RolloutUnknown,
)
from twig.hub.hub import Hub
from twig.hub.rollouts.plan import Plan, Wave

QUIET_S = 0.3  # fifteen steps of the hub: what has not come by then does not come


async def test_a_release_that_is_bad_for_one_board_stops_in_its_first_wave(offering: Hub) -> None:
    """200 devices of two boards, by the waves that a person gets without asking."""
    good, bad = fleet(100), fleet(100, "basic", bad="0.2.0")
    async with here(offering, good + bad):
        begun = await offering.begin_rollout("0.2.0", Plan())
        assert [wave.total for wave in begun.waves] == [2, 18, 80, 100]
        done = await reaches(offering, begun, "stopped")
        assert done.reason.startswith("wave 1: 1 device has rolled back, none may: basic ")
        await asyncio.sleep(QUIET_S)
        assert (offered(good), offered(bad)) == (1, 1)
        assert [plug.firmware for plug in good + bad].count("0.2.0") == 1
        after = offering.rollout(begun.id)
        assert states(after)["pending"] == 198
        assert states(after)["rolled back"] == 1
        first = after.waves[0]
        assert (first.total, first.confirmed + first.active, first.rolled_back) == (2, 1, 1)
        assert [wave.state for wave in after.waves] == ["open", "waiting", "waiting", "waiting"]


async def test_a_good_release_reaches_all_wave_by_wave_and_few_fetch_at_once(offering: Hub) -> None:
    plugs = fleet(40)
    async with here(offering, plugs):
        begun = await offering.begin_rollout(NEW.digest[:12], plan(0.05, 0.5, 1.0, at_once=3))
        assert [wave.total for wave in begun.waves] == [2, 18, 20]
        done = await reaches(offering, begun, "done")
        assert states(done) == {"confirmed": 40}
        assert [len(plug.offers) for plug in plugs] == [1] * 40
        assert plugs[0].gauge.most == 3
        assert {plug.firmware for plug in plugs} == {"0.2.0"}


async def test_between_waves_there_is_a_pause(offering: Hub, clock: Clock) -> None:
    plugs = fleet(4)
    async with here(offering, plugs):
        begun = await offering.begin_rollout("0.2.0", plan(0.5, 1.0, pause_s=600))
        await until(lambda: offering.rollout(begun.id).next_ms)
        assert [wave.state for wave in offering.rollout(begun.id).waves] == ["pausing", "waiting"]
        clock.skip(590)
        await asyncio.sleep(QUIET_S)
        assert offered(plugs) == 2
        clock.skip(11)
        await reaches(offering, begun, "done")
        assert offered(plugs) == 4


async def test_canaries_come_first(offering: Hub) -> None:
    plugs = fleet(6)
    async with here(offering, plugs):
        waves = (Wave(devices=(plugs[3].text,)), Wave(count=2), Wave(share=1.0))
        begun = await offering.begin_rollout("0.2.0", replace(plan(), waves=waves, pause_s=600.0))
        assert [wave.total for wave in begun.waves] == [1, 2, 3]
        await until(lambda: offering.rollout(begun.id).next_ms)
        assert [len(plug.offers) for plug in plugs] == [0, 0, 0, 1, 0, 0]


async def test_who_rolled_back_is_left_out_unless_told(offering: Hub) -> None:
    plugs = fleet(2)
    plugs[0].bad = "0.2.0"
    async with here(offering, plugs):
        begun = await offering.begin_rollout("0.2.0", plan(most_rolled_back=1, least_confirmed=0.5))
        assert states(await reaches(offering, begun, "done")) == {"confirmed": 1, "rolled back": 1}
        with pytest.raises(NobodyToUpdate, match=r"rolled back from it \(1\)"):
            await offering.begin_rollout("0.2.0", plan())
        plugs[0].bad = ""
        second = await offering.begin_rollout("0.2.0", plan(), again=True)
        assert states(await reaches(offering, second, "done")) == {"confirmed": 1}
        assert [len(plug.offers) for plug in plugs] == [2, 1]
        with pytest.raises(NobodyToUpdate, match="All 2 devices"):
            await offering.begin_rollout("0.2.0", plan())


async def test_it_goes_on_without_those_that_rolled_back(offering: Hub) -> None:
    plugs = fleet(3)
    plugs[0].bad = "0.2.0"
    async with here(offering, plugs):
        waves = (Wave(devices=(plugs[0].text,)), Wave(share=1.0))
        first = await offering.begin_rollout("0.2.0", replace(plan(), waves=waves))
        await reaches(offering, first, "stopped")
        second = await offering.begin_rollout("0.2.0", plan())
        assert second.skipped == 1
        assert states(await reaches(offering, second, "done")) == {"confirmed": 2}
        assert len(plugs[0].offers) == 1


@pytest.mark.parametrize(
    ("gates", "status", "reason"),
    [
        ({"least_heap": 8_000}, {"heap_free": 7_999, "errors": 0}, "7,999 bytes"),
        ({"most_errors": 1}, {"heap_free": 9_000, "errors": 5}, "crashed 2 times, 1 may be"),
    ],
)
async def test_what_devices_tell_of_themselves_stops_it(
    offering: Hub, gates: dict[str, int], status: dict[str, int], reason: str
) -> None:
    plugs = fleet(4, status=status)
    async with here(offering, plugs):
        for plug in plugs:
            plug.tell_status(heap_free=20_000, errors=3)
        await until(lambda: all(one.status for one in offering.devices()))
        begun = await offering.begin_rollout("0.2.0", plan(0.25, 1.0, pause_s=600, **gates))
        done = await reaches(offering, begun, "stopped")
        assert reason in done.reason
        assert offered(plugs) == 1


async def test_too_few_that_confirm_stop_it(offering: Hub) -> None:
    plugs = fleet(10, trusts=set())
    async with here(offering, plugs):
        begun = await offering.begin_rollout("0.2.0", plan(0.2, 1.0))
        done = await reaches(offering, begun, "stopped")
        assert "have not confirmed, 90% is the least" in done.reason
        assert offered(plugs) <= 2


async def test_one_rollout_of_a_board_at_a_time(offering: Hub) -> None:
    async with here(offering, [*fleet(1), *fleet(1, "basic")]):
        first = await offering.begin_rollout(NEW.digest[:8], plan())
        await offering.pause_rollout(first.id)
        with pytest.raises(RolloutGoing, match=f"stop {first.id}"):
            await offering.begin_rollout("0.2.0", plan())
        await offering.stop_rollout(first.id)
        second = await offering.begin_rollout("0.2.0", plan())
        assert (second.boards, second.id) == (["basic", "s26"], first.id + 1)
        assert [each.id for each in offering.rollouts()] == [second.id, first.id]


async def test_what_cannot_begin(offering: Hub) -> None:
    with pytest.raises(NobodyToUpdate, match="has joined yet"):
        await offering.begin_rollout("0.2.0", plan())
    async with here(offering, [*fleet(1), *fleet(1, "basic")]) as plugs:
        with pytest.raises(ReleaseUnknown):
            await offering.begin_rollout("0.3.0", plan())
        for guid in (plugs[1].text, "unknown"):
            with pytest.raises(NotInRollout, match=guid):
                await offering.begin_rollout(NEW.digest, replace(plan(), waves=(Wave(devices=(guid,)),)))
        with pytest.raises(RolloutUnknown):
            offering.rollout(1)
        assert offering.rollouts() == []


async def test_only_the_last_rollouts_are_kept(offering: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twig.hub.rollouts.rollouts.KEPT", 2)
    async with here(offering, fleet(1)):
        made = []
        for _ in range(4):
            made.append(await offering.begin_rollout("0.2.0", replace(plan(), waves=(Wave(share=1.0),))))
            await offering.stop_rollout(made[-1].id)
        assert [each.id for each in offering.rollouts()] == [made[3].id, made[2].id]
