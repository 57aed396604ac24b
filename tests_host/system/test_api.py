"""The API on a real hub with a device on a socket: every status that `PUT …/ios/{io}` promises."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from firmware.protocol import commands, frame, types
from tests_host.device import FLOAT, PLUG, Device, Wire, connect, io
from tests_host.hubs import PATIENT, bearer, running, until
from twig.hub.api import create_app
from twig.hub.hub import Hub

TEXT = bytes([types.STRING])
WIDE = bytes([types.INT64])
# Characters of a text that a device can read: beside it stand request id, IO id, type and the text's length.
LONGEST = frame.DEVICE_LIMIT - frame.HEADER - (2 + 1 + 1 + 2)
IOS = (
    *PLUG,
    io(3, FLOAT, name="Level", limits=(0.0, 100.0, 0.5)),
    io(4, WIDE, name="Counter"),
    io(5, TEXT, name="Label"),
    io(6, flags=commands.WRITABLE, name="Bell"),
)


@dataclass
class Scene:
    """A hub, one device with IOS, and a client of the API."""

    hub: Hub
    wire: Wire
    http: httpx.AsyncClient

    @property
    def device(self) -> Device:
        """The device's end."""
        return self.wire.device

    async def put(self, number: int, value: Any) -> tuple[int, Any]:
        """Status, and the value or the kind of the problem."""
        path = f"/devices/{self.device.text}/ios/{number}"
        answer = await self.http.put(path, json={"value": value})
        body = answer.json()
        return answer.status_code, body["value"] if answer.is_success else body["type"].split(":")[-1]


@asynccontextmanager
async def scene(data: Path) -> AsyncIterator[Scene]:
    """A joined device at a hub that waits for one second at most."""
    async with running(data, timing=replace(PATIENT, answer=1.0)) as hub:
        wire = await connect(hub.ports["device"], Device(ios=IOS, name="Bench"))
        await wire.device.join()
        transport = httpx.ASGITransport(create_app(hub))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1/api/v1", headers=bearer(hub)
        ) as http:
            yield Scene(hub, wire, http)
        await wire.close()


@pytest.fixture
async def joined(tmp_path: Path) -> AsyncIterator[Scene]:
    """The scene."""
    async with scene(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("number", "value", "answer"),
    [
        (1, True, (200, True)),
        (1, False, (200, False)),
        (3, 12.5, (200, 12.5)),
        (3, 12, (200, 12)),
        (4, 2**53 + 1, (200, 2**53 + 1)),
        (5, "Zwölf 🌱", (200, "Zwölf 🌱")),
        (1, 1, (422, "wrong-type")),
        (1, "on", (422, "wrong-type")),
        (1, None, (422, "wrong-type")),
        (3, True, (422, "wrong-type")),
        (3, 100.5, (422, "out-of-range")),
        (4, 2**63, (422, "out-of-range")),
        (4, 10**400, (422, "out-of-range")),
        (4, 0.5, (422, "wrong-type")),
        (5, ["x"], (422, "wrong-type")),
        (5, "x" * LONGEST, (200, "x" * LONGEST)),
        (5, "x" * (LONGEST + 1), (422, "out-of-range")),
        (2, True, (422, "not-writable")),
        (9, True, (404, "io-unknown")),
        (300, True, (404, "io-unknown")),
    ],
)
async def test_put(joined: Scene, number: int, value: Any, answer: tuple[int, Any]) -> None:
    assert await joined.put(number, value) == answer


async def test_200_comes_after_the_report_and_not_before(joined: Scene) -> None:
    joined.device.obedient = False
    assert await joined.put(1, True) == (504, "no-answer")
    late = (await joined.device.expect(commands.SET_VALUE)).fields
    assert joined.hub.device(joined.device.text).ios[0].value is None
    joined.device.report(1, True, request=late["request"])
    await until(lambda: joined.hub.device(joined.device.text).ios[0].value is True)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (commands.WRONG_TYPE, (422, "wrong-type")),
        (commands.OUT_OF_RANGE, (422, "out-of-range")),
        (commands.BUSY, (503, "busy")),
        (commands.REFUSED, (502, "refused")),
        (commands.DONE, (502, "refused")),  # done, but the value of a readable IO has to be reported
    ],
)
async def test_what_the_device_acknowledges(joined: Scene, code: int, status: tuple[int, str]) -> None:
    joined.device.obedient = False
    asked = asyncio.create_task(joined.put(1, True))
    request = (await joined.device.expect(commands.SET_VALUE)).fields["request"]
    joined.device.say(commands.ACKNOWLEDGE, request=request, code=code, text="so it is")
    assert await asked == status


async def test_a_report_of_another_io_is_no_answer(joined: Scene) -> None:
    joined.device.obedient = False
    asked = asyncio.create_task(joined.put(1, True))
    request = (await joined.device.expect(commands.SET_VALUE)).fields["request"]
    joined.device.report(2, True, request=request)
    assert await asked == (502, "refused")


async def test_what_cannot_be_read_is_done_when_the_device_says_so(joined: Scene) -> None:
    joined.device.obedient = False
    asked = asyncio.create_task(joined.put(6, True))
    request = (await joined.device.expect(commands.SET_VALUE)).fields["request"]
    joined.device.say(commands.ACKNOWLEDGE, request=request, code=commands.DONE, text="")
    assert await asked == (200, None)


async def test_a_device_that_went_away_is_409(joined: Scene) -> None:
    await joined.wire.close()
    await until(lambda: not joined.hub.device(joined.device.text).online)
    assert await joined.put(1, True) == (409, "device-offline")
    assert (await joined.http.post(f"/devices/{joined.device.text}/query-ios")).status_code == 409


async def test_query_ios_answers_with_what_the_device_has_now(joined: Scene) -> None:
    joined.device.ios = (*IOS, io(7, name="Second relay"))
    answer = await joined.http.post(f"/devices/{joined.device.text}/query-ios")
    assert answer.status_code == 200
    assert [one["id"] for one in answer.json()["ios"]] == [1, 2, 3, 4, 5, 6, 7]


async def test_health_and_the_page(joined: Scene) -> None:
    assert (await joined.http.get("/health")).json()["online"] == 1
    page = (await joined.http.get("http://127.0.0.1/")).text
    assert "Bench" in page
    assert "1 of 1 online" in page
