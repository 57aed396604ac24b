"""The database: schema, devices, histories, readings, the writer."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine

from twig.hub.errors import Busy, StoreError
from twig.hub.store import Contents, Store, devices, open_store, values
from twig.hub.store.records import DeviceRecord, IORecord, ReadingRow, ValueRow
from twig.hub.store.saves import DeviceSaves
from twig.hub.store.tables import metadata


def device(guid: str = "g", *kinds: str) -> DeviceRecord:
    """A device with an IO of each kind."""
    ios = [IORecord(place + 1, 3, b"\x01", kind, "Relay", "", None) for place, kind in enumerate(kinds)]
    return DeviceRecord(guid, "Plug", "s26", "1.2.3", "0", b"sign", 1, 2, "192.0.2.1", ios=ios)


def url(path: Path) -> str:
    """The database in a directory."""
    return f"sqlite:///{path / 'hub.sqlite3'}"


@asynccontextmanager
async def opened(path: Path, bound: int = 100) -> AsyncIterator[tuple[Store, Contents]]:
    """An open store and what it held."""
    store, contents = await open_store(url(path), bound)
    try:
        yield store, contents
    finally:
        await store.close()


async def rows(store: Store, query: str) -> list[Any]:
    """The rows of a query as plain tuples."""
    return await store.run(lambda db: [tuple(row) for row in db.exec_driver_sql(query)])


async def test_migrations_make_the_schema_that_the_code_expects(tmp_path: Path) -> None:
    async with opened(tmp_path):
        pass
    with create_engine(url(tmp_path)).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


async def test_a_database_of_a_newer_hub_is_refused(tmp_path: Path) -> None:
    async with opened(tmp_path) as (store, _):
        await store.run(lambda db: db.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="update the hub"):
        await open_store(url(tmp_path), 10)


@pytest.mark.parametrize(
    "address", ["nonsense", "mysql://localhost/twig", "sqlite:////nowhere/at/all/hub.sqlite3"]
)
async def test_what_cannot_be_opened_says_so(address: str) -> None:
    with pytest.raises(StoreError):
        await open_store(address, 10)


async def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "hub.sqlite3").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match="does not open"):
        await open_store(url(tmp_path), 10)


async def test_guid_devices_and_values_survive(tmp_path: Path) -> None:
    async with opened(tmp_path) as (store, first):
        saved = await DeviceSaves(store).save(device("g", "switch", "button"))
        last = [ValueRow(saved.ios[0].row, 77, {"hex": "00"})]
        await store.run(lambda db: values.save_last(db, last))
        await store.run(lambda db: devices.claim(db, saved.row, [42], 5))
    async with opened(tmp_path) as (_, again):
        assert again.guid == first.guid
        assert again.old_ids == {42: saved.row}
        saved.ios[0].value, saved.ios[0].value_ms = {"hex": "00"}, 77
        assert again.devices == [saved]


async def test_only_a_changed_type_or_kind_begins_a_new_history(tmp_path: Path) -> None:
    async with opened(tmp_path) as (store, _):
        saves = DeviceSaves(store)
        first = [io.row for io in (await saves.save(device("g", "switch", "power"))).ios]
        renamed = device("g", "switch", "power")
        renamed.ios[0].name, renamed.ios[0].limits = "Lamp", (0.0, 1.0, 1.0)
        assert [io.row for io in (await saves.save(renamed)).ios] == first
        changed = [io.row for io in (await saves.save(device("g", "light", "power"))).ios]
        assert changed[0] not in first
        assert changed[1] == first[1]
        back = [io.row for io in (await saves.save(device("g", "switch", "power"))).ios]
        assert back[0] not in (first[0], changed[0])
        present = await rows(store, "SELECT id FROM ios WHERE retired_ms IS NULL ORDER BY number")
        assert present == [(row,) for row in back]


async def test_an_io_that_was_away_goes_on_with_its_history(tmp_path: Path) -> None:
    async with opened(tmp_path) as (store, _):
        saves = DeviceSaves(store)
        first = await saves.save(device("g", "switch", "power"))
        await saves.save(device("g", "switch"))
        assert await rows(store, "SELECT count(*) FROM ios WHERE retired_ms IS NULL") == [(1,)]
        again = await saves.save(device("g", "switch", "power"))
        assert [io.row for io in again.ios] == [io.row for io in first.ios]


async def test_many_devices_at_once_are_saved_by_few_jobs(tmp_path: Path) -> None:
    async with opened(tmp_path) as (store, _):
        saves = DeviceSaves(store)
        saved = await asyncio.gather(*[saves.save(device(f"g{n}", "switch")) for n in range(1_200)])
        assert len({record.row for record in saved}) == len({record.ios[0].row for record in saved}) == 1_200
        assert saves.waiting() == 0


async def test_one_bad_device_does_not_keep_the_others_out(tmp_path: Path) -> None:
    async with opened(tmp_path) as (store, _):
        saves = DeviceSaves(store)
        bad = device("bad")
        bad.name = None  # type: ignore[assignment]
        first = saves.save(device("first", "switch"))  # the others wait for this one, and go together
        done = await asyncio.gather(
            first, saves.save(bad), saves.save(device("good")), return_exceptions=True
        )
        assert [type(result) for result in done] == [DeviceRecord, StoreError, DeviceRecord]
        assert await rows(store, "SELECT guid FROM devices ORDER BY guid") == [("first",), ("good",)]


async def test_a_later_save_of_a_device_replaces_one_that_waits(tmp_path: Path) -> None:
    async with opened(tmp_path) as (store, _):
        saves = DeviceSaves(store)
        running = saves.save(device("other"))
        earlier, later = saves.save(device("g", "switch")), saves.save(device("g", "light"))
        await asyncio.gather(running, later)
        assert earlier.cancelled()
        assert await rows(store, "SELECT kind FROM ios") == [("light",)]


async def test_readings_are_known_by_device_boot_and_sequence(tmp_path: Path) -> None:
    async with opened(tmp_path) as (store, _):
        one, two = [await DeviceSaves(store).save(device(guid, "power")) for guid in ("g", "h")]
        for saved, boot, value in ((one, 1, 1.5), (one, 1, 9.9), (one, 2, 2.5), (two, 1, 3.5)):
            rows_of = [ReadingRow(boot, 7, saved.ios[0].row, 0, value)]
            await store.run(lambda db, at=saved.row, new=rows_of: values.add_readings(db, at, new, 5))
        assert sorted(await rows(store, "SELECT value FROM readings")) == [(1.5,), (2.5,), (3.5,)]


async def test_old_history_and_readings_are_forgotten(tmp_path: Path) -> None:
    async with opened(tmp_path) as (store, _):
        saved = await DeviceSaves(store).save(device("g", "power"))
        row = saved.ios[0].row
        await store.run(lambda db: values.add_history(db, [ValueRow(row, time, 1) for time in (10, 20, 30)]))
        for received in (10, 30):
            reading = [ReadingRow(1, received, row, 0, 1)]
            await store.run(lambda db, at=received, new=reading: values.add_readings(db, saved.row, new, at))
        assert await store.run(lambda db: values.forget(db, 20)) == 2
        assert await rows(store, "SELECT time_ms FROM history") == [(20,), (30,)]


@pytest.mark.parametrize(
    "value", [True, 0, (1 << 63) - 1, -(1 << 63), 0.1, 1e308, "1", "", [1, [2]], {"a": None}]
)
async def test_values_come_back_as_they_were(tmp_path: Path, value: Any) -> None:
    async with opened(tmp_path) as (store, _):
        saved = await DeviceSaves(store).save(device("g", "power"))
        await store.run(lambda db: values.save_last(db, [ValueRow(saved.ios[0].row, 1, value)]))
    async with opened(tmp_path) as (_, contents):
        found = contents.devices[0].ios[0].value
        assert (found, type(found)) == (value, type(value))


async def test_a_job_is_done_when_others_can_read_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as (store, _):
        await DeviceSaves(store).save(device("g"))
        with sqlite3.connect(tmp_path / "hub.sqlite3") as other:
            assert other.execute("SELECT guid FROM devices").fetchall() == [("g",)]


async def test_a_job_that_fails_fails_alone(tmp_path: Path) -> None:
    def bad(connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO nowhere VALUES (1)")

    async with opened(tmp_path) as (store, _):
        gate = threading.Event()
        jobs = [store.run(lambda db: gate.wait(5)), store.run(bad), store.run(lambda db: 7)]
        gate.set()
        results = await asyncio.gather(*jobs, return_exceptions=True)
        assert (results[0], type(results[1]), results[2]) == (True, StoreError, 7)


async def test_a_full_queue_is_busy_and_stopping_finishes_what_waits(tmp_path: Path) -> None:
    store, _ = await open_store(url(tmp_path), 2)
    gate, taken = threading.Event(), threading.Event()
    first = store.run(lambda db: (taken.set(), gate.wait(5)))
    await asyncio.to_thread(taken.wait, 5)
    waiting = [store.run(lambda db: 1), store.run(lambda db: 2)]
    with pytest.raises(Busy):
        store.run(lambda db: 3)
    closing = asyncio.create_task(store.close())
    gate.set()
    await closing
    await first
    assert [await job for job in waiting] == [1, 2]
    with pytest.raises(StoreError):
        store.run(lambda db: 4)
