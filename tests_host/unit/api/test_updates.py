"""Updates of single devices at the API."""

import httpx
import pytest

from tests_host.unit.api.fake import CELLAR, KITCHEN, FakeHub
from tests_host.unit.api.test_devices import check_problem
from twig.hub.errors import HasRolledBack, Refused, ReleaseUnclear, ReleaseUnknown, UpdateUnderWay

PATH = f"/api/v1/devices/{KITCHEN}/update"


async def test_a_device_is_offered_what_was_asked_for(client: httpx.AsyncClient, hub: FakeHub) -> None:
    answer = await client.post(PATH, json={"release": "0.2.0", "again": True})
    assert answer.status_code == 202
    told = answer.json()["update"]
    assert (told["state"], told["version"], told["percent"]) == ("offered", "0.2.0", 0)
    assert "signature" not in told
    await client.post(PATH, json={})
    assert hub.wishes == [(KITCHEN, "0.2.0", True), (KITCHEN, None, False)]
    listed = {one["guid"]: one["update"] for one in (await client.get("/api/v1/devices")).json()}
    assert (listed[KITCHEN]["state"], listed[CELLAR]) == ("offered", None)


@pytest.mark.parametrize(
    ("fault", "status", "name"),
    [
        (ReleaseUnknown("9", "s26"), 404, "release-unknown"),
        (ReleaseUnclear("a3a3a3a3", 2), 409, "release-unclear"),
        (UpdateUnderWay("Kitchen", "0.3.0", "trial"), 409, "update-under-way"),
        (HasRolledBack("Kitchen", "0.2.0"), 409, "rolled-back"),
        (Refused("Kitchen", 10, "no trusted key"), 502, "refused"),
    ],
)
async def test_what_can_be_wrong(
    client: httpx.AsyncClient, hub: FakeHub, fault: Refused, status: int, name: str
) -> None:
    hub.fault = fault
    check_problem(await client.post(PATH, json={}), status, name)


@pytest.mark.parametrize("body", [[], {"release": 1}, {"release": "a" * 65}, {"version": "0.2.0"}])
async def test_a_wish_that_is_none(client: httpx.AsyncClient, hub: FakeHub, body: object) -> None:
    check_problem(await client.post(PATH, json=body), 422, "invalid-request")
    assert hub.wishes == []


async def test_an_offer_is_withdrawn(client: httpx.AsyncClient, hub: FakeHub) -> None:
    check_problem(await client.delete(PATH), 409, "no-offer")
    hub.progress(KITCHEN, "waiting")
    assert (await client.delete(PATH)).json()["update"]["state"] == "withdrawn"
