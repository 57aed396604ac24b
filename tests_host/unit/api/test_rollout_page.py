"""Rollouts on the hub's page: what it shows, and its forms without JavaScript."""

from dataclasses import replace

import httpx
import pytest

from tests_host.unit.api.courses import OPEN, PASSED, WAITING, rollout
from tests_host.unit.api.fake import NOON_MS, FakeHub
from twig.hub.access import Scope
from twig.hub.clock import now_ms
from twig.web import show_rollouts as show


async def part(client: httpx.AsyncClient) -> str:
    """What the page says of rollouts."""
    answer = await client.get("/rollouts")
    assert answer.status_code == 200
    return answer.text


async def test_a_rollout_has_a_bar_for_each_wave(client: httpx.AsyncClient, hub: FakeHub) -> None:
    assert (await part(client)).split() == ["<div", 'id="rollouts">', "</div>"]
    hub.course(rollout())
    page = await part(client)
    assert "Rollout of 0.2.0" in page
    assert "9 of 200 devices have it" in page
    assert "1 left out, which had rolled back" in page
    assert "Wave 2 of 3: 3 fetching, 10 at most" in page
    assert page.count("<progress") == 3
    assert 'max="18" value="8" aria-labelledby="rollout-1 rollout-1-wave-2"' in page
    assert "7 confirmed, 3 under way, 1 refused or missing, 2 offline" in page
    assert page in (await client.get("/")).text


async def test_its_words_are_text(client: httpx.AsyncClient, hub: FakeHub) -> None:
    hub.course(rollout(1, "paused", "<b>me", version="<i>", boards=["<u>"]))
    page = await part(client)
    assert not any(tag in page for tag in ("<b>", "<i>", "<u>"))


async def test_forms_pause_resume_and_stop_it(client: httpx.AsyncClient, hub: FakeHub) -> None:
    hub.course(rollout())
    for act, state in (("pause", "paused"), ("resume", "running"), ("stop", "stopped")):
        assert f'action="/rollouts/1/{act}"' in await part(client)
        answer = await client.post(f"/rollouts/1/{act}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/#rollouts")
        assert hub.courses[1].state == state
    assert "action=" not in await part(client)
    answer = await client.post("/rollouts/1/stop")
    assert (answer.status_code, 'role="alert">Rollout 1 is stopped' in answer.text) == (409, True)


async def test_who_may_only_look_sees_no_buttons(stranger: httpx.AsyncClient, hub: FakeHub) -> None:
    hub.course(rollout())
    token = await hub.access.tokens.make("look", Scope.READ)
    answer = await stranger.get("/rollouts", headers={"Authorization": f"Bearer {token}"})
    assert ("Rollout of 0.2.0" in answer.text, "<button" in answer.text) == (True, False)


def test_what_is_over_leaves_the_page_after_some_days() -> None:
    running, stopped, older = rollout(3), rollout(2, "stopped", "x"), rollout(1, "done")
    assert show.listed([running, stopped, older], NOON_MS + show.SHOWN_MS - 1) == [running, stopped]
    assert show.listed([running, stopped, older], NOON_MS + show.SHOWN_MS) == [running]
    assert show.listed([stopped], now_ms()) == []


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (rollout(fetching=0), "Wave 2 of 3"),
        (
            rollout(next_ms=NOON_MS, waves=[PASSED, replace(OPEN, state="pausing"), WAITING]),
            "Wave 2 of 3 has passed, the next one begins 2026-02-02 02:40 UTC",
        ),
        (rollout(1, "paused", "by a person"), "Paused: by a person"),
        (rollout(1, "stopped", "wave 1: bad"), "Stopped: wave 1: bad"),
        (rollout(1, "done"), "Done"),
    ],
)
def test_what_it_is_at(view: object, words: str) -> None:
    assert show.state(view) == words  # type: ignore[arg-type]


def test_one_that_is_done_can_be_stopped_while_devices_are_to_come() -> None:
    assert show.can_be_stopped(rollout(1, "done"))
    assert not show.can_be_stopped(rollout(1, "done", waves=[PASSED]))
    assert not show.can_be_stopped(rollout(1, "stopped"))
    assert show.figures(replace(WAITING, offline=0)) == "not begun"
    assert show.figures(WAITING) == "not begun, 5 offline"
