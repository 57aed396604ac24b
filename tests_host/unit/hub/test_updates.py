"""One device's update at the hub: offered, answered, followed, kept."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from firmware.protocol import commands
from tests_host import hubs, signed
from tests_host.clocks import Clock
from tests_host.hubs import until
from tests_host.updatable import CONFIRMED, FETCHING, REFUSED, ROLLED_BACK, STAGED, TRIAL, Plug
from twig.hub.errors import HasRolledBack, NoOffer, Refused, ReleaseUnclear, ReleaseUnknown, UpdateUnderWay
from twig.hub.hub import Hub
from twig.hub.updates.update import Update

NEW = signed.release(7, version="0.2.0")
TIMING = replace(hubs.PATIENT, updates=0.02, answer=0.5)
WAIT_S = 800  # beyond every wait of an offer, and short of a silence
LATER_S = 1_000  # beyond both


@asynccontextmanager
async def running(data: Path) -> AsyncIterator[Hub]:
    """A hub that has one release, 0.2.0 for the S26."""
    async with hubs.running(data, timing=TIMING) as hub:
        await hub.releases.trust(signed.pem())
        await hub.releases.publish(NEW.encode())
        yield hub


@asynccontextmanager
async def here(hub: Hub, plug: Plug) -> AsyncIterator[Plug]:
    """A plug that has joined."""
    await plug.come(hub.ports["device"])
    try:
        yield plug
    finally:
        await plug.go()


def update(hub: Hub, plug: Plug) -> Update:
    """How far the hub says that it is."""
    found = hub.device(plug.text).update
    assert found
    return found


async def reaches(hub: Hub, plug: Plug, state: str) -> Update:
    """Wait until it is so far."""
    await until(lambda: update(hub, plug).state == state)
    return update(hub, plug)


async def test_a_plug_is_offered_the_newest_release_and_followed_to_the_end(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, here(hub, Plug()) as plug, hub.events.subscribe() as events:
        assert hub.device(plug.text).update is None
        await hub.update(plug.text)
        done = await reaches(hub, plug, "confirmed")
        offer = plug.offers[0]
        assert (done.version, done.sequence, done.percent, done.manifest) == ("0.2.0", 7, 100, NEW.digest)
        assert (offer["version"], offer["sequence"], offer["manifest_size"]) == ("0.2.0", 7, len(NEW.raw))
        assert offer["manifest_sha256"].hex() == NEW.digest
        assert offer["signature"] == NEW.signatures[0].raw
        assert hub.device(plug.text).firmware == "0.2.0"
        told = []
        async for event in events:
            if event.kind == "update":
                told.append((event.data["state"], event.data["percent"]))
                if event.data["state"] == "confirmed":
                    break
        assert told[0] == ("waiting", 0)
        fetching = [("fetching", 0), ("fetching", 50), ("fetching", 100)]
        assert told[-6:] == [*fetching, ("staged", 100), ("trial", 100), ("confirmed", 100)]


async def test_a_busy_plug_is_asked_again_later(tmp_path: Path, clock: Clock) -> None:
    async with running(tmp_path) as hub, here(hub, Plug(codes=[commands.BUSY, commands.BUSY])) as plug:
        view = await hub.update(plug.text)
        assert view.update and view.update.state == "waiting"
        clock.skip(3)  # less than the first wait at its shortest
        await until(lambda: len(plug.offers) == 1)
        clock.skip(4)
        await until(lambda: len(plug.offers) == 2)
        clock.skip(LATER_S)
        await reaches(hub, plug, "confirmed")
        assert len(plug.offers) == 3


async def test_what_else_it_answers_is_an_error_by_name(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, here(hub, Plug(codes=[commands.REFUSED])) as plug:
        with pytest.raises(Refused, match="no reason"):
            await hub.update(plug.text)
        assert (update(hub, plug).state, update(hub, plug).reason) == ("refused", "no reason")


async def test_a_plug_that_does_not_answer_is_asked_again(tmp_path: Path, clock: Clock) -> None:
    async with running(tmp_path) as hub, hubs.joined(hub) as (mute, _):
        view = await hub.update(mute.text)
        assert view.update and view.update.state == "waiting"
        await mute.expect(commands.OFFER_UPDATE)
        clock.skip(LATER_S)
        await mute.expect(commands.OFFER_UPDATE)


async def test_the_signature_by_a_key_that_it_trusts_is_found(tmp_path: Path) -> None:
    both = signed.release(8, keys=(0, 1), version="0.3.0")
    async with running(tmp_path) as hub:
        await hub.releases.trust(signed.pem(1))
        await hub.releases.publish(both.encode())
        async with here(hub, Plug(trusts={both.signatures[1].raw})) as plug:
            await hub.update(plug.text)
            await reaches(hub, plug, "confirmed")
            assert [each["signature"] for each in plug.offers] == [each.raw for each in both.signatures]
        async with here(hub, Plug(trusts=set())) as plug:
            await hub.update(plug.text)
            assert (await reaches(hub, plug, "refused")).reason == "bad signature"
            assert len(plug.offers) == 2


async def test_a_plug_that_is_away_gets_it_when_it_comes_even_from_a_hub_that_was_restarted(
    tmp_path: Path,
) -> None:
    plug = Plug()
    async with running(tmp_path) as hub:
        async with here(hub, plug):
            pass
        await until(lambda: not hub.device(plug.text).online)
        assert (await hub.update(plug.text, "0.2.0")).update is not None
        assert update(hub, plug).state == "waiting"
    async with running(tmp_path) as hub:
        assert update(hub, plug).state == "waiting"
        async with here(hub, plug):
            await reaches(hub, plug, "confirmed")
    async with running(tmp_path) as hub:
        assert update(hub, plug).state == "confirmed"


async def test_an_offer_that_waits_can_be_withdrawn(tmp_path: Path, clock: Clock) -> None:
    async with running(tmp_path) as hub, here(hub, Plug(codes=[commands.BUSY])) as plug:
        with pytest.raises(NoOffer):
            hub.withdraw_update(plug.text)
        await hub.update(plug.text)
        assert hub.withdraw_update(plug.text).update == replace(update(hub, plug), state="withdrawn")
        clock.skip(LATER_S)
        with pytest.raises(TimeoutError):
            await until(lambda: len(plug.offers) > 1, 0.2)


async def test_what_a_plug_rolled_back_from_is_not_offered_unless_told(tmp_path: Path) -> None:
    plug = Plug(bad="0.2.0")
    async with running(tmp_path) as hub, here(hub, plug):
        await hub.update(plug.text)
        assert (await reaches(hub, plug, "rolled back")).reason == "no hub within 5 minutes"
        assert hub.device(plug.text).firmware == "0.1.0"
    async with running(tmp_path) as hub, here(hub, plug):
        with pytest.raises(HasRolledBack, match="--again"):
            await hub.update(plug.text)
        assert len(plug.offers) == 1
        plug.bad = ""
        await hub.update(plug.text, again=True)
        await reaches(hub, plug, "confirmed")
    async with running(tmp_path) as hub:
        assert (await hub.update(plug.text)).update is not None  # it is forgiven for good


async def test_a_rollback_of_another_release_does_not_touch_the_present_offer(tmp_path: Path) -> None:
    newer = signed.release(8, version="0.3.0")
    async with running(tmp_path) as hub, here(hub, Plug(codes=[commands.BUSY])) as plug:
        await hub.releases.publish(newer.encode())
        await hub.update(plug.text)
        plug.tell("0.2.0", ROLLED_BACK, reason="late")
        plug.report(1, True)
        await until(lambda: hub.device(plug.text).ios[0].value is True)
        assert (update(hub, plug).version, update(hub, plug).state) == ("0.3.0", "waiting")
        hub.withdraw_update(plug.text)
        with pytest.raises(HasRolledBack):
            await hub.update(plug.text, "0.2.0")


async def test_an_update_that_this_hub_knows_nothing_of_is_shown(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, here(hub, Plug()) as plug:
        plug.tell("9.9.9", FETCHING, 250)
        found = await reaches_first(hub, plug)
        assert (found.version, found.percent, found.manifest) == ("9.9.9", 100, "")
        with pytest.raises(UpdateUnderWay, match=r"9\.9\.9"):
            await hub.update(plug.text)


async def reaches_first(hub: Hub, plug: Plug) -> Update:
    """Wait until there is one."""
    await until(lambda: hub.device(plug.text).update)
    return update(hub, plug)


async def test_a_state_that_there_is_not_is_malformed(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, here(hub, Plug()) as plug:
        plug.tell("0.2.0", 7)
        error = await plug.expect(commands.ERROR)
        assert error.fields["code"] == commands.MALFORMED
        assert hub.device(plug.text).update is None


async def test_a_report_that_was_lost_is_made_up_for(tmp_path: Path, clock: Clock) -> None:
    """The hub was away when the plug confirmed: a quarter of an hour later it asks, and learns of it."""
    plug = Plug(dies_in=TRIAL)
    async with running(tmp_path) as hub:
        async with here(hub, plug):
            await hub.update(plug.text)
            await reaches(hub, plug, "trial")
            await until(lambda: not hub.device(plug.text).online)
        plug.sequence, plug.dies_in = 7, 0
        async with here(hub, plug):
            clock.skip(LATER_S)
            await reaches(hub, plug, "confirmed")
            assert len(plug.offers) == 2


@pytest.mark.parametrize("state", [FETCHING, STAGED, TRIAL])
async def test_a_hub_that_was_away_for_half_an_hour_thinks_no_worse_of_a_plug(
    tmp_path: Path, clock: Clock, state: int
) -> None:
    plug = Plug(dies_in=state)
    async with running(tmp_path) as hub, here(hub, plug):
        await hub.update(plug.text)
        await until(lambda: not hub.device(plug.text).online)
        before = update(hub, plug)
    clock.skip(1_800)
    async with running(tmp_path) as hub, here(hub, plug):
        assert update(hub, plug) == before
        plug.tell("0.2.0", CONFIRMED, 100)
        await reaches(hub, plug, "confirmed")
        assert len(plug.offers) == 1


async def test_a_plug_that_cannot_fetch_is_offered_it_a_few_times(tmp_path: Path, clock: Clock) -> None:
    async with running(tmp_path) as hub, here(hub, Plug(dies_in=99)) as plug:
        plug._update = lambda offer: fail(plug)  # type: ignore[method-assign, assignment]
        await hub.update(plug.text)
        tries = hub._core.updates._backoff._tries
        for failed in range(1, 5):
            await until(lambda failed=failed: tries.get(plug.text) == failed)
            clock.skip(WAIT_S)
            await until(lambda failed=failed: len(plug.offers) > failed)
        assert (await reaches(hub, plug, "refused")).reason == "fetch failed: not available"


async def fail(plug: Plug) -> None:
    """What a plug does that is given no block."""
    plug.tell("0.2.0", REFUSED, reason="fetch failed: not available")


async def test_releases_are_named_by_version_or_digest(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, here(hub, Plug(board="basic")) as other, here(hub, Plug()) as plug:
        for wanted in ("0.9.0", "beefbeef", NEW.digest[:7], ""):
            with pytest.raises(ReleaseUnknown):
                await hub.update(plug.text, wanted)
        with pytest.raises(ReleaseUnknown, match="for basic"):
            await hub.update(other.text)
        await hub.update(plug.text, NEW.digest[:8].upper())
        await reaches(hub, plug, "confirmed")
        assert other.offers == []


async def test_a_beginning_of_two_digests_is_unclear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(tmp_path) as hub, here(hub, Plug()) as plug:
        found = hub.releases.all()
        monkeypatch.setattr(hub.releases, "all", lambda: [*found, replace(found[0], sequence=9)])
        with pytest.raises(ReleaseUnclear, match="fits 2 releases"):
            await hub.update(plug.text, NEW.digest[:8])


async def test_a_release_that_is_gone_cannot_be_offered(tmp_path: Path, clock: Clock) -> None:
    async with running(tmp_path) as hub, here(hub, Plug(codes=[commands.BUSY])) as plug:
        await hub.update(plug.text)
        await hub.releases.drop(signed.fingerprint())
        clock.skip(LATER_S)
        assert "no longer" in (await reaches(hub, plug, "refused")).reason


async def test_an_offer_that_was_taken_while_it_was_withdrawn_is_followed(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, hubs.joined(hub) as (slow, _):
        asking = asyncio.create_task(hub.update(slow.text))
        offer = await slow.expect(commands.OFFER_UPDATE)
        assert hub.withdraw_update(slow.text).update is not None
        slow.say(commands.ACKNOWLEDGE, request=offer.fields["request"], code=commands.DONE, text="")
        view = await asking
        assert view.update is not None
        assert view.update.state == "offered"
