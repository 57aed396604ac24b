"""Rollouts at the API."""

from typing import Any

import httpx
import pytest

from tests_host.unit.api.courses import rollout
from tests_host.unit.api.fake import CELLAR, KITCHEN, FakeHub
from tests_host.unit.api.test_devices import check_problem
from twig.hub.errors import NobodyToUpdate, NotInRollout, ReleaseUnknown, RolloutGoing
from twig.hub.rollouts.plan import Gates, Plan, Wave

PATH = "/api/v1/rollouts"


async def test_a_rollout_begins_as_a_careful_person_would(client: httpx.AsyncClient, hub: FakeHub) -> None:
    answer = await client.post(PATH, json={"release": "0.2.0"})
    assert answer.status_code == 201
    assert hub.plans == [("0.2.0", Plan(), False)]
    told = answer.json()
    assert (told["id"], told["state"], [wave["state"] for wave in told["waves"]]) == (
        1, "running", ["passed", "open", "waiting"],
    )  # fmt: skip
    assert told["devices"][0] == {"guid": KITCHEN, "wave": 1, "state": "confirmed"}


async def test_all_of_it_can_be_chosen(client: httpx.AsyncClient, hub: FakeHub) -> None:
    waves = [{"devices": [KITCHEN, CELLAR]}, {"count": 3}, {"share": 0.5}]
    gates = {"least_confirmed": 0.5, "most_rolled_back": 1, "most_errors": 2, "least_heap": 3}
    more = {"pause_s": 1.5, "at_once": 4, "again": True}
    await client.post(PATH, json={"release": "0.2.0", "waves": waves, **gates, **more})
    chosen = (Wave((KITCHEN, CELLAR)), Wave(count=3), Wave(share=0.5))
    assert hub.plans == [("0.2.0", Plan(chosen, Gates(0.5, 1, 2, 3), 1.5, 4), True)]


@pytest.mark.parametrize(
    "more",
    [
        {"waves": []},
        {"waves": [{}]},
        {"waves": [{"count": 1, "share": 0.5}]},
        {"waves": [{"share": 1.1}]},
        {"waves": [{"share": 1}] * 33},
        {"at_once": 0},
        {"pause_s": -1},
        {"least_confirmed": 2},
        {"most_rolled_back": -1},
        {"speed": 1},
        {"release": None},
    ],
)
async def test_a_plan_that_is_none(client: httpx.AsyncClient, hub: FakeHub, more: dict[str, Any]) -> None:
    check_problem(await client.post(PATH, json={"release": "0.2.0", **more}), 422, "invalid-request")
    assert hub.plans == []


@pytest.mark.parametrize(
    ("fault", "status", "name"),
    [
        (ReleaseUnknown("9"), 404, "release-unknown"),
        (NobodyToUpdate(2, 0), 409, "nobody-to-update"),
        (RolloutGoing(1, "0.2.0"), 409, "rollout-going"),
        (NotInRollout(KITCHEN), 422, "not-in-rollout"),
    ],
)
async def test_what_can_be_wrong(
    client: httpx.AsyncClient, hub: FakeHub, fault: NotInRollout, status: int, name: str
) -> None:
    hub.fault = fault
    check_problem(await client.post(PATH, json={"release": "0.2.0"}), status, name)


async def test_rollouts_are_listed_paused_resumed_and_stopped(
    client: httpx.AsyncClient, hub: FakeHub
) -> None:
    for number in (1, 2):
        hub.course(rollout(number))
    listed = (await client.get(PATH)).json()
    assert [(one["id"], one["devices"]) for one in listed] == [(2, None), (1, None)]
    for act, state in (("pause", "paused"), ("resume", "running"), ("stop", "stopped")):
        assert (await client.post(f"{PATH}/2/{act}")).json()["state"] == state
    check_problem(await client.post(f"{PATH}/2/pause"), 409, "rollout-over")
    assert (await client.get(f"{PATH}/2")).json()["reason"] == "by a person"
    assert (await client.get(f"{PATH}/1")).json()["state"] == "running"


@pytest.mark.parametrize("number", ["3", "0", "x", str(1 << 40)])
async def test_a_rollout_that_is_not_there(client: httpx.AsyncClient, number: str) -> None:
    assert (await client.get(f"{PATH}/{number}")).status_code == 404
    assert (await client.post(f"{PATH}/{number}/stop")).status_code == 404
