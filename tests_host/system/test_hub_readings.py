"""What devices tell a hub, and what its database does with it, over real sockets."""

import asyncio
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from firmware.protocol import commands
from tests_host.device import BOOL, FLOAT, PLUG, Device, connect, io
from tests_host.hubs import PATIENT, joined, running, until
from twig.hub.settings import Limits
from twig.hub.store import devices, values

LEVEL = io(3, FLOAT, name="Level", kind="power", unit="W", limits=(0.0, 100.0, 0.5))


async def test_readings_are_stored_once_and_acknowledged_after_that(tmp_path: Path) -> None:
    reading = (3, 1_795_219_200_123, FLOAT, 12.5)
    async with running(tmp_path) as hub, joined(hub, Device(ios=(*PLUG, LEVEL))) as (device, _):
        for request, first in ((5, 17), (6, 17), (7, 18)):
            device.say(
                commands.READINGS, request=request, boot=9, first_sequence=first, readings=[reading] * 2
            )
            answer = (await device.expect(commands.ACKNOWLEDGE)).fields
            assert (answer["request"], answer["code"]) == (request, commands.DONE)
        rows = await hub._core.store.run(
            lambda db: db.exec_driver_sql("SELECT sequence, value FROM readings").all()
        )
        assert sorted(rows) == [(17, 12.5), (18, 12.5), (19, 12.5)]


@pytest.mark.parametrize(
    ("readings", "code"),
    [
        ([(9, 0, BOOL, True)], commands.NO_SUCH_IO),
        ([(1, 0, BOOL, True), (1, 0, FLOAT, 1.0)], commands.WRONG_TYPE),
    ],
)
async def test_readings_that_do_not_fit_are_refused_as_a_whole(
    tmp_path: Path, readings: list[tuple[Any, ...]], code: int
) -> None:
    async with running(tmp_path) as hub, joined(hub) as (device, _):
        device.say(commands.READINGS, request=5, boot=9, first_sequence=1, readings=readings)
        answer = (await device.expect(commands.ACKNOWLEDGE)).fields
        assert (answer["request"], answer["code"]) == (5, code)
        rows = await hub._core.store.run(
            lambda db: db.exec_driver_sql("SELECT count(*) FROM readings").scalar()
        )
        assert rows == 0


async def test_what_cannot_be_stored_is_not_acknowledged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> None:
        raise OSError("disk full")

    async with running(tmp_path) as hub, joined(hub) as (device, _):
        monkeypatch.setattr(values, "add_readings", full)
        device.say(commands.READINGS, request=5, boot=9, first_sequence=1, readings=[(1, 0, BOOL, True)])
        answer = (await device.expect(commands.ACKNOWLEDGE)).fields
        assert (answer["request"], answer["code"]) == (5, commands.INTERNAL)
        monkeypatch.setattr(devices, "save", full)
        wire = await connect(hub.ports["device"])
        wire.device.register()
        rejected = (await wire.device.expect(commands.REJECT_DEVICE)).fields
        assert rejected["reason"] == commands.REJECT_TRY_LATER
        await wire.device.closed()
        await hub.set_value(device.text, 1, True)


async def test_a_database_that_is_behind_makes_the_hub_busy(tmp_path: Path) -> None:
    gate = threading.Event()
    settings = {"limits": replace(Limits(), store_jobs=4), "timing": replace(PATIENT, flush=60.0)}
    async with running(tmp_path, **settings) as hub, joined(hub) as (device, _):
        store = hub._core.store
        jobs = [store.run(lambda db: gate.wait(10))]
        await until(lambda: store.waiting() == 0)
        jobs += [store.run(lambda db: True) for _ in range(4)]
        device.say(commands.READINGS, request=5, boot=9, first_sequence=1, readings=[(1, 0, BOOL, True)])
        answer = (await device.expect(commands.ACKNOWLEDGE)).fields
        assert (answer["request"], answer["code"]) == (5, commands.BUSY)
        assert hub.health()["status"] == "behind"
        await hub.set_value(device.text, 1, True)
        gate.set()
        assert await asyncio.gather(*jobs) == [True] * 5


async def test_status_logs_and_blocks(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, joined(hub) as (device, _), hub.events.subscribe() as events:
        device.say(commands.STATUS_REPORT, json='{"uptime_s": 5}')
        device.say(commands.LOG_REPORT, level=40, time_ms=0, text="flash is worn")
        device.say(commands.GET_BLOCK, sha256=bytes(32), offset=7, count=512)
        block = (await device.expect(commands.BLOCK)).fields
        assert block == {"offset": 7, "data": b""}
        assert hub.device(device.text).status == {"uptime_s": 5}
        told = [await anext(events), await anext(events)]
        assert [event.kind for event in told] == ["status", "log"]
        assert told[0].data["time_ms"] == hub.device(device.text).status_ms > 0
        assert told[1].data["text"] == "flash is worn"


async def test_old_ids_are_claimed_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with running(tmp_path) as hub:
        for ids in ((42, 43), (42, 44)):
            async with joined(hub, Device(old_ids=ids)):
                pass
        rows = await hub._core.store.run(
            lambda db: db.exec_driver_sql("SELECT old_id, device_id FROM old_ids").all()
        )
        assert sorted(rows) == [(42, 1), (43, 1), (44, 2)]
        assert "old ids refused" in caplog.messages
