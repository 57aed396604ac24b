"""Backups, beside a running hub and into empty directories."""

import asyncio
import base64
import io
import json
import os
import sqlite3
import stat
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from firmware.protocol import commands
from tests_host import fleet
from tests_host.hubs import running, until
from tests_host.lines import Keyed, enter, joined
from twig.hub.access import OWNER, Scope
from twig.hub.access.access import first_password
from twig.hub.backup.about import BackupError
from twig.hub.backup.restore import restore
from twig.hub.backup.save import save
from twig.hub.errors import LoginNeeded, StartError


async def saved(folder: Path, *, master_key: bool = False) -> Keyed:
    """A device that has a key at a hub in `folder`/data, and `folder`/saved, made while the hub runs."""
    async with running(folder / "data") as hub:
        device, _ = await joined(hub)
        save(folder / "data", folder / "saved", master_key)
    return device


def held(folder: Path) -> list[str]:
    """What is in a directory."""
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def names(file: Path) -> list[str]:
    """What is in an archive."""
    with tarfile.open(file) as archive:
        return archive.getnames()


async def test_a_restored_hub_knows_its_devices_and_their_keys(tmp_path: Path) -> None:
    device = await saved(tmp_path, master_key=True)
    about = restore(tmp_path / "saved", tmp_path / "new", force=False).about
    assert (about.devices, about.keys, about.master_key) == (1, 1, True)
    async with running(tmp_path / "new") as hub:
        assert hub.guid == about.guid
        await enter(hub, device)
        await hub.set_value(device.text, 1, True)


async def test_a_backup_without_its_master_key_is_useless_until_that_is_put_back(tmp_path: Path) -> None:
    device = await saved(tmp_path)
    assert names(tmp_path / "saved") == ["about.json", "hub.sqlite3"]
    restore(tmp_path / "saved", tmp_path / "new", force=False)
    with pytest.raises(StartError, match="Put back the file from its backup"):
        async with running(tmp_path / "new"):
            pass
    assert not (tmp_path / "new" / "master.key").exists()
    (tmp_path / "new" / "master.key").write_bytes(base64.b64encode(bytes(32)))
    with pytest.raises(StartError, match="does not open the keys"):
        async with running(tmp_path / "new"):
            pass
    (tmp_path / "new" / "master.key").write_bytes((tmp_path / "data" / "master.key").read_bytes())
    async with running(tmp_path / "new") as hub:
        await enter(hub, device)


async def test_a_restored_hub_knows_its_people_and_lets_nobody_stay_logged_in(tmp_path: Path) -> None:
    async with running(tmp_path / "data") as hub:
        password = await first_password(hub.access)
        session = await hub.access.login(OWNER, password, "127.0.0.1")
        token = await hub.access.tokens.make("cron", Scope.READ)
        local = hub.access.local
        save(tmp_path / "data", tmp_path / "saved", False)
        assert hub.access.by_session(session).name == OWNER
    restore(tmp_path / "saved", tmp_path / "new", force=False)
    async with running(tmp_path / "new") as hub:
        assert hub.access.sessions.find(session) is None
        assert await hub.access.login(OWNER, password, "127.0.0.1")
        assert hub.access.by_token(token, "127.0.0.1").name == "cron"
        with pytest.raises(LoginNeeded):
            hub.access.by_token(local, "127.0.0.1")


async def test_a_backup_of_a_hub_that_knew_no_people_is_restored(tmp_path: Path) -> None:
    device = await saved(tmp_path, master_key=True)
    with sqlite3.connect(tmp_path / "data" / "hub.sqlite3") as connection:
        newer = ("web_sessions", "api_tokens", "users", "updates", "rollbacks", "rollout_devices", "rollouts")
        for table in newer:
            connection.execute(f"DROP TABLE {table}")
        connection.execute("UPDATE alembic_version SET version_num = '0002'")
    save(tmp_path / "data", tmp_path / "older", True)
    restore(tmp_path / "older", tmp_path / "new", force=False)
    async with running(tmp_path / "new") as hub:
        await enter(hub, device)
        assert await first_password(hub.access)


async def test_a_restored_hub_offers_nothing_by_itself(tmp_path: Path) -> None:
    """Since the backup a person may have stopped the rollout, and withdrawn the offer."""
    async with fleet.running(tmp_path / "data") as hub, fleet.here(hub, fleet.fleet(1)) as plugs:
        plugs[0].codes = [commands.BUSY]
        begun = await hub.begin_rollout("0.2.0", fleet.plan())
        await until(lambda: plugs[0].offers)
        await asyncio.sleep(0.2)  # it has reached the database
        save(tmp_path / "data", tmp_path / "saved", True)
    restore(tmp_path / "saved", tmp_path / "new", force=False)
    async with running(tmp_path / "new") as hub:
        view, update = hub.rollout(begun.id), hub.device(plugs[0].text).update
        assert (view.state, view.reason) == ("stopped", "restored from a backup")
        assert update is not None
        assert update.state == "withdrawn"


async def test_only_its_owner_can_read_a_backup_and_what_comes_of_it(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        await saved(tmp_path, master_key=True)
        restore(tmp_path / "saved", tmp_path / "new", force=False)
    finally:
        os.umask(mask)
    files = [tmp_path / "saved", *(tmp_path / "new").iterdir()]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert held(tmp_path) == ["data", "new", "saved"]


async def test_the_copy_holds_what_was_committed_while_the_hub_writes(tmp_path: Path) -> None:
    async with running(tmp_path / "data") as hub:
        for count in range(3):
            await joined(hub)
            about = save(tmp_path / "data", tmp_path / f"saved{count}", False)
            assert (about.devices, about.keys) == (count + 1, count + 1)
        assert (tmp_path / "data" / "hub.sqlite3-wal").stat().st_size > 0


async def test_a_directory_that_is_used_is_not_written(tmp_path: Path) -> None:
    device = await saved(tmp_path, master_key=True)
    with pytest.raises(BackupError, match="--force"):
        restore(tmp_path / "saved", tmp_path / "data", force=False)
    async with running(tmp_path / "data") as hub:
        await joined(hub)
        for force in (False, True):
            with pytest.raises(StartError, match="Another hub uses"):
                restore(tmp_path / "saved", tmp_path / "data", force=force)
        assert len(hub.devices()) == 2
    restore(tmp_path / "saved", tmp_path / "data", force=True)
    async with running(tmp_path / "data") as hub:
        assert [view.guid for view in hub.devices() if view.ios] == [device.text]


async def test_a_restore_by_force_leaves_nothing_of_the_old_database(tmp_path: Path) -> None:
    device = await saved(tmp_path)
    for name in ("hub.sqlite3-wal", "hub.sqlite3-shm"):  # as a hub that was killed leaves them
        (tmp_path / "data" / name).write_bytes(b"old")
    restore(tmp_path / "saved", tmp_path / "data", force=True)
    async with running(tmp_path / "data") as hub:
        await enter(hub, device)


def interrupted(folder: Path, database: Path) -> bytes:
    """The journal of a change to a copy of a database that was cut off when it was half written."""
    copy = folder / "interrupted.sqlite3"
    copy.write_bytes(database.read_bytes())
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("UPDATE devices SET name = 'as it was then'")
        connection.commit()
        connection.execute("PRAGMA cache_size=1")  # what is changed goes to the disk before it is committed
        connection.execute("UPDATE devices SET name = 'half written'")
        connection.execute("CREATE TABLE filling AS SELECT hex(randomblob(9000)) FROM pragma_table_list")
        return (folder / "interrupted.sqlite3-journal").read_bytes()


@pytest.mark.parametrize("beside", ["hub.sqlite3", "hub.sqlite3.new"])
async def test_a_journal_that_was_left_behind_is_not_played_into_what_is_restored(
    tmp_path: Path, beside: str
) -> None:
    """It belongs to a database that is not there any more, or to a restore that was interrupted."""
    device = await saved(tmp_path, master_key=True)
    (tmp_path / "new").mkdir()
    journal = interrupted(tmp_path, tmp_path / "data" / "hub.sqlite3")
    (tmp_path / "new" / f"{beside}-journal").write_bytes(journal)
    restore(tmp_path / "saved", tmp_path / "new", force=True)
    async with running(tmp_path / "new") as hub:
        assert hub.device(device.text).name == device.name


def about(**changes: object) -> bytes:
    """An about.json."""
    said = {"format": 1, "guid": "g", "made_ms": 0, "devices": 0, "keys": 0, "master_key": False}
    return json.dumps({**said, **changes}).encode()


def archive(path: Path, **files: bytes) -> Path:
    """A tar file; `_` in a name is a dot."""
    with tarfile.open(path, "w") as made:
        for name, content in files.items():
            member = tarfile.TarInfo(name.replace("_", "."))
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
    return path


def database(path: Path) -> bytes:
    """A database that is none of a hub's."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE installation (guid TEXT)")
    return path.read_bytes()


def test_what_is_no_backup_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    empty = database(tmp_path / "empty")
    files = [tmp_path / "3", tmp_path / "4", archive(tmp_path / "1")]
    files += [archive(tmp_path / "2", about_json=b"{")]
    files += [archive(tmp_path / f"5{n}", about_json=text) for n, text in enumerate([b"[]", b"{}", about()])]
    files += [
        archive(tmp_path / "6", about_json=about(), hub_sqlite3=b"not a database" * 99),
        archive(tmp_path / "7", about_json=about(), hub_sqlite3=empty),
        archive(tmp_path / "8", about_json=about(format=2), hub_sqlite3=empty),
        archive(tmp_path / "9", about_json=about(master_key=True), hub_sqlite3=empty),
    ]
    (tmp_path / "3").write_bytes(b"")
    (tmp_path / "4").write_bytes(b"text" * 1_000)
    for file in files:
        with pytest.raises(BackupError, match="is no backup of a Twig hub"):
            restore(file, tmp_path / "new", force=False)
    assert held(tmp_path / "new") == ["hub.lock"]


async def test_a_backup_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    await saved(tmp_path)
    whole = (tmp_path / "saved").read_bytes()
    for size in (600, 5_000, len(whole) - 40_000):
        (tmp_path / "cut").write_bytes(whole[:size])
        with pytest.raises(BackupError, match="is no backup"):
            restore(tmp_path / "cut", tmp_path / "new", force=False)


def test_what_cannot_be_saved_says_why(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="no hub's data"):
        save(tmp_path, tmp_path / "saved", False)
    (tmp_path / "hub.sqlite3").write_bytes(b"not a database" * 100)
    with pytest.raises(BackupError, match="cannot be made"):
        save(tmp_path, tmp_path / "saved", False)
    with pytest.raises(BackupError, match="cannot be made"):
        save(tmp_path, tmp_path / "nowhere" / "saved", False)
    assert held(tmp_path) == ["hub.sqlite3"]
