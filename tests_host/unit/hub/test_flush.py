"""Changes on their way to the database."""

from pathlib import Path

import pytest
from sqlalchemy import Connection

from twig.hub.errors import StoreError
from twig.hub.flush import Flusher
from twig.hub.store import open_store, updates, values
from twig.hub.store.records import DeviceRecord, IORecord
from twig.hub.store.saves import DeviceSaves
from twig.hub.store.updates import UpdateRows
from twig.hub.updates.update import Update


def plug() -> DeviceRecord:
    """A device with one IO."""
    io = IORecord(1, 3, b"\x01", "switch", "Relay", "", None)
    return DeviceRecord("g", "Plug", "s26", "1.2.3", "0", b"sign", 1, 2, "192.0.2.1", ios=[io])


async def test_last_values_and_history_are_written_in_one_go(tmp_path: Path) -> None:
    store, _ = await open_store(f"sqlite:///{tmp_path}/hub.sqlite3", 100)
    saved = await DeviceSaves(store).save(plug())
    flusher, io = Flusher(store, 1, 3), saved.ios[0]
    for time_ms, (value, changed) in enumerate([(1, True), (1, False), (2, True), (3, True), (4, True)]):
        io.value, io.value_ms = value, time_ms
        flusher.value(io, changed)
    saved.name = "Kitchen"
    flusher.device(saved)
    await flusher.flush()
    query = "SELECT time_ms, value FROM "
    assert await store.run(lambda db: db.exec_driver_sql(query + "last_values").all()) == [(4, 4)]
    # A burst of three: the newest change has taken the place of the one before.
    assert await store.run(lambda db: db.exec_driver_sql(query + "history").all()) == [(0, 1), (2, 2), (4, 4)]
    assert flusher.thinned == 1
    assert await store.run(lambda db: db.exec_driver_sql("SELECT name FROM devices").scalar()) == "Kitchen"
    await store.close()


async def test_what_fails_is_written_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(connection: Connection, rows: object) -> None:
        raise OSError("disk full")

    store, _ = await open_store(f"sqlite:///{tmp_path}/hub.sqlite3", 100)
    saved = await DeviceSaves(store).save(plug())
    flusher, io = Flusher(store, 1, 10), saved.ios[0]
    io.value, io.value_ms = 1, 1
    flusher.value(io, True)
    with monkeypatch.context() as patch:
        patch.setattr(values, "add_history", full)
        with pytest.raises(StoreError):
            await flusher.flush()
    io.value, io.value_ms = 2, 2
    flusher.value(io, True)
    await flusher.flush()
    assert await store.run(lambda db: db.exec_driver_sql("SELECT value FROM last_values").scalar()) == 2
    found = await store.run(lambda db: db.exec_driver_sql("SELECT value FROM history").all())
    assert [row[0] for row in found] == [1, 2]
    await store.close()


async def test_updates_and_rollbacks_that_fail_are_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(connection: Connection, rows: object) -> None:
        raise OSError("disk full")

    store, _ = await open_store(f"sqlite:///{tmp_path}/hub.sqlite3", 100)
    row = (await DeviceSaves(store).save(plug())).row
    flusher, told = Flusher(store, 1, 10), Update("a3" * 32, "0.2.0", 7, "rolled back", time_ms=5)
    flusher.update(row, told)
    flusher.rollback(row, told.manifest, 5)
    with monkeypatch.context() as patch:
        patch.setattr(updates, "save_rollbacks", full)
        with pytest.raises(StoreError):
            await flusher.flush()
    await flusher.flush()
    assert await store.run(updates.load) == UpdateRows({row: told}, {(row, told.manifest)})
    flusher.rollback(row, told.manifest, None)
    await flusher.flush()
    assert (await store.run(updates.load)).rollbacks == set()
    await store.close()
