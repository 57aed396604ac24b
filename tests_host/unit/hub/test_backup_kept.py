"""What a restore replaces and nobody else has is kept beside it: once, and for its owner only."""

import base64
import os
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests_host.hubs import running
from tests_host.lines import enter
from tests_host.unit.hub.test_backup import held, interrupted, saved
from twig.hub.backup.about import BackupError, Choices
from twig.hub.backup.restore import restore

RUBBISH = b"rubbish" * 1_000
OTHER_KEY = base64.b64encode(bytes(32)) + b"\n"


def newer(database: Path) -> bytes:
    """Make it a newer hub's; its content then."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    return database.read_bytes()


def modes(folder: Path) -> set[int]:
    """Who may read what is in it."""
    return {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


@pytest.mark.parametrize("links", [True, False])
async def test_a_damaged_database_is_kept_with_all_that_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    def none(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")  # as a FAT says it

    device = await saved(tmp_path, master_key=True)
    data = tmp_path / "data"
    journal = interrupted(tmp_path, data / "hub.sqlite3")
    (data / "hub.sqlite3").write_bytes(RUBBISH)
    (data / "hub.sqlite3-wal").write_bytes(journal)
    (data / "master.key").write_bytes(OTHER_KEY)
    (data / "master.key").chmod(0o644)
    (data / "replaced.new").mkdir()  # of a restore whose power failed
    if not links:
        monkeypatch.setattr(os, "link", none)
    done = restore(tmp_path / "saved", data, force=True)
    kept = data / "replaced"
    assert done.kept == held(kept) == ["hub.sqlite3", "hub.sqlite3-wal", "master.key"]
    assert (kept / "hub.sqlite3").read_bytes() == RUBBISH
    assert (kept / "hub.sqlite3-wal").read_bytes() == journal
    assert (kept / "master.key").read_bytes() == OTHER_KEY
    assert (modes(kept), stat.S_IMODE(kept.stat().st_mode)) == ({0o600}, 0o700)
    assert held(data) == ["hub.lock", "hub.sqlite3", "master.key", "replaced", "restored.json"]
    async with running(data) as hub:
        await enter(hub, device)
    assert (kept / "hub.sqlite3").read_bytes() == RUBBISH


@pytest.mark.parametrize("left", ["-wal", "-journal"])
async def test_what_a_killed_hub_had_revoked_is_read_before_it_is_replaced(tmp_path: Path, left: str) -> None:
    """Whether its last change waits beside the database or has to be taken back."""
    await saved(tmp_path, master_key=True)
    data, killed = tmp_path / "data", tmp_path / "killed"
    killed.mkdir()
    with closing(sqlite3.connect(data / "hub.sqlite3")) as connection:
        connection.execute(f"PRAGMA journal_mode={'WAL' if left == '-wal' else 'DELETE'}")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.execute("DELETE FROM device_keys")
        connection.commit()
        connection.execute("PRAGMA cache_size=1")
        connection.execute("UPDATE devices SET name = 'half written'")
        connection.execute("CREATE TABLE filling AS SELECT hex(randomblob(9000)) FROM pragma_table_list")
        for name in ("hub.sqlite3", f"hub.sqlite3{left}"):
            shutil.copy(data / name, killed / name)
    done = restore(tmp_path / "saved", killed, force=True)
    assert (done.why, done.devices) == (None, [])


async def test_a_database_that_somebody_uses_is_not_taken_for_a_damaged_one(tmp_path: Path) -> None:
    """It may know what was revoked."""
    await saved(tmp_path, master_key=True)
    data = tmp_path / "data"
    with closing(sqlite3.connect(data / "hub.sqlite3")) as connection:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("DELETE FROM device_keys")
        connection.commit()
        with pytest.raises(BackupError, match=r"Another program uses .*hub\.sqlite3: end it and try again"):
            restore(tmp_path / "saved", data, force=True)
    done = restore(tmp_path / "saved", data, force=True)
    assert (done.why, done.devices) == (None, [])


async def test_another_hub_is_kept_and_starts_again_from_there(tmp_path: Path) -> None:
    await saved(tmp_path, master_key=True)
    (tmp_path / "two").mkdir()
    other = await saved(tmp_path / "two")
    done = restore(tmp_path / "saved", tmp_path / "two" / "data", force=True)
    assert done.kept == ["hub.sqlite3", "master.key"]
    shutil.move(tmp_path / "two" / "data" / "replaced", tmp_path / "again")
    async with running(tmp_path / "again") as hub:
        await enter(hub, other)


async def test_a_newer_hubs_database_is_replaced_only_when_that_is_said(tmp_path: Path) -> None:
    device = await saved(tmp_path, master_key=True)
    data = tmp_path / "data"
    content = newer(data / "hub.sqlite3")
    before = held(data)
    with pytest.raises(BackupError, match=r"is a newer hub's.* Update twig; or say --revoked-too"):
        restore(tmp_path / "saved", data, force=True)
    assert (held(data), (data / "hub.sqlite3").read_bytes()) == (before, content)
    restore(tmp_path / "saved", data, True, Choices(revoked_too=True))
    assert (data / "replaced" / "hub.sqlite3").read_bytes() == content
    async with running(data) as hub:
        await enter(hub, device)


async def test_what_is_kept_is_never_replaced(tmp_path: Path) -> None:
    await saved(tmp_path, master_key=True)
    data = tmp_path / "data"
    (data / "hub.sqlite3").write_bytes(RUBBISH)
    restore(tmp_path / "saved", data, force=True)
    assert restore(tmp_path / "saved", data, force=True).kept == []
    (data / "hub.sqlite3").write_bytes(b"again")
    with pytest.raises(BackupError, match="replaced holds what an earlier restore replaced"):
        restore(tmp_path / "saved", data, force=True)
    assert (data / "hub.sqlite3").read_bytes() == b"again"
    assert (data / "replaced" / "hub.sqlite3").read_bytes() == RUBBISH
    assert "hub.sqlite3.new" not in held(data)


async def test_a_master_key_that_makes_place_for_the_backups_is_kept(tmp_path: Path) -> None:
    device = await saved(tmp_path, master_key=True)
    data = tmp_path / "data"
    right = (data / "master.key").read_bytes()
    (data / "master.key").write_bytes(OTHER_KEY)
    done = restore(tmp_path / "saved", data, force=True)
    assert (done.why, done.opens, done.kept) == (None, True, ["master.key"])
    assert (data / "master.key").read_bytes() == right
    assert (data / "replaced" / "master.key").read_bytes() == OTHER_KEY
    assert modes(data / "replaced") == {0o600}
    async with running(data) as hub:
        await enter(hub, device)


async def test_a_disk_that_is_full_while_something_is_kept_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    await saved(tmp_path, master_key=True)
    data = tmp_path / "data"
    (data / "hub.sqlite3").write_bytes(RUBBISH)
    before = held(data)
    with monkeypatch.context() as patch:
        patch.setattr(os, "link", full)
        patch.setattr(shutil, "copyfile", full)
        with pytest.raises(BackupError, match=r"cannot be written: .*No space left"):
            restore(tmp_path / "saved", data, force=True)
    assert (held(data), (data / "hub.sqlite3").read_bytes()) == (before, RUBBISH)
    assert restore(tmp_path / "saved", data, force=True).kept == ["hub.sqlite3", "master.key"]
