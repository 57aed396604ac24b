"""What was revoked after a backup stays so, where the hub that is replaced can be read; else it is said."""

import base64
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests_host.hubs import running
from tests_host.lines import Keyed, dial, dial_code, enter, joined, settle, take_key
from twig.choose import NotFound
from twig.hub.access import OWNER, Scope
from twig.hub.access.access import first_password
from twig.hub.backup import carry
from twig.hub.backup.about import BackupError, Choices
from twig.hub.backup.restore import restore
from twig.hub.backup.save import save
from twig.hub.errors import LoginNeeded, StoreError, WrongLogin
from twig.hub.hub import Hub

HERE = "127.0.0.1"
CELLS = 3  # where a page of SQLite's counts its rows
NEW_PASSWORD = "another password"


def refused(hub: Hub, device: Keyed) -> None:
    """None of its keys opens a connection."""
    for name, _ in device.keys:
        with pytest.raises(AssertionError, match="handshake"):
            dial(hub, device, name.encode())


async def two(folder: Path, *, master_key: bool = True) -> list[Keyed]:
    """Two devices that have joined a hub in `folder`/data, and `folder`/saved, made then."""
    async with running(folder / "data") as hub:
        devices = [(await joined(hub))[0] for _ in range(2)]
        save(folder / "data", folder / "saved", master_key)
    return devices


async def test_a_key_that_was_revoked_stays_so(tmp_path: Path) -> None:
    kept, gone = await two(tmp_path)
    async with running(tmp_path / "data") as hub:
        await hub.revoke(gone.text)
    done = restore(tmp_path / "saved", tmp_path / "data", force=True)
    assert (done.why, len(done.devices), done.about.keys) == (None, 1, 2)
    async with running(tmp_path / "data") as hub:
        refused(hub, gone)
        await enter(hub, kept)
        assert len(hub.devices()) == 2


async def test_a_hub_that_was_killed_just_after_a_revocation_is_believed(tmp_path: Path) -> None:
    _, gone = await two(tmp_path)
    async with running(tmp_path / "data") as hub:
        await hub.revoke(gone.text)
        shutil.copytree(tmp_path / "data", tmp_path / "killed")
    assert (tmp_path / "killed" / "hub.sqlite3-wal").stat().st_size > 0
    assert len(restore(tmp_path / "saved", tmp_path / "killed", force=True).devices) == 1
    async with running(tmp_path / "killed") as hub:
        refused(hub, gone)


async def test_a_device_with_a_newer_key_and_one_that_joined_later_come_back(tmp_path: Path) -> None:
    rotated, _ = await two(tmp_path)
    async with running(tmp_path / "data") as hub:
        line = await enter(hub, rotated)
        await hub.rotate(rotated.text)
        while len(rotated.keys) < 2:
            await settle()
        line.close()
        await enter(hub, rotated)
        later, _ = await joined(hub)
    restore(tmp_path / "saved", tmp_path / "data", force=True)
    async with running(tmp_path / "data") as hub:
        assert hub.device(later.text).ios == []
        await enter(hub, rotated)
        await enter(hub, later)
        assert hub.device(later.text).key == "present"


async def test_tokens_password_and_codes_stay_those_of_the_hub_that_is_replaced(tmp_path: Path) -> None:
    async with running(tmp_path / "data") as hub:
        old = await first_password(hub.access)
        token = await hub.access.tokens.make("cron", Scope.READ)
        code = await hub.join_code()
        save(tmp_path / "data", tmp_path / "saved", True)
        await hub.access.tokens.revoke("cron")
        newer = await hub.access.tokens.make("later", Scope.READ)
        await hub.access.set_password(OWNER, NEW_PASSWORD)
        await hub.cancel_code(code.id)
    done = restore(tmp_path / "saved", tmp_path / "data", force=True)
    assert done.tokens == ["later"]
    async with running(tmp_path / "data") as hub:
        with pytest.raises(LoginNeeded):
            hub.access.by_token(token, HERE)
        assert hub.access.by_token(newer, HERE).name == "later"
        with pytest.raises(WrongLogin):
            await hub.access.login(OWNER, old, HERE)
        assert await hub.access.login(OWNER, NEW_PASSWORD, HERE)
        with pytest.raises(AssertionError, match="handshake"):
            dial_code(hub, Keyed(), code.code)


async def test_a_key_to_all_keys_that_was_given_up_does_not_come_back(tmp_path: Path) -> None:
    """As after a leak: keys forgotten, a new master key, devices joined anew or not yet."""
    before, _ = await two(tmp_path)
    leaked = (tmp_path / "data" / "master.key").read_bytes()
    with closing(sqlite3.connect(tmp_path / "data" / "hub.sqlite3")) as database:
        for table in ("device_keys", "join_codes"):
            database.execute(f"DELETE FROM {table}")  # noqa: S608
        database.commit()
    (tmp_path / "data" / "master.key").unlink()
    async with running(tmp_path / "data") as hub:
        pass
    restore(tmp_path / "saved", tmp_path / "data", force=True)
    assert (tmp_path / "data" / "master.key").read_bytes() != leaked
    async with running(tmp_path / "data") as hub:
        refused(hub, before)
        after, _ = await joined(hub)
    restore(tmp_path / "saved", tmp_path / "data", force=True)
    async with running(tmp_path / "data") as hub:
        refused(hub, before)
        await enter(hub, after)


@pytest.mark.parametrize("lost", [None, base64.b64encode(bytes(32))])
async def test_a_backups_master_key_takes_the_place_of_one_that_is_lost(
    tmp_path: Path, lost: bytes | None
) -> None:
    device, gone = await two(tmp_path)
    async with running(tmp_path / "data") as hub:
        await hub.revoke(gone.text)
        await hub.join_code()
    (tmp_path / "data" / "master.key").unlink()
    if lost:
        (tmp_path / "data" / "master.key").write_bytes(lost)
    assert restore(tmp_path / "saved", tmp_path / "data", force=True).why is None
    async with running(tmp_path / "data") as hub:
        await enter(hub, device)
        refused(hub, gone)


async def test_a_code_alone_needs_the_right_master_key_too(tmp_path: Path) -> None:
    devices = await two(tmp_path)
    async with running(tmp_path / "data") as hub:
        for device in devices:
            await hub.revoke(device.text)
        code = await hub.join_code()
    (tmp_path / "data" / "master.key").write_bytes(base64.b64encode(bytes(32)))
    restore(tmp_path / "saved", tmp_path / "data", force=True)
    async with running(tmp_path / "data") as hub:
        await take_key(hub, Keyed(), code.code)


async def test_elsewhere_the_backups_keys_are_good_again_and_named(tmp_path: Path) -> None:
    devices = await two(tmp_path)
    async with running(tmp_path / "data") as hub:
        await hub.access.tokens.make("cron", Scope.READ)
        code = await hub.join_code()
        save(tmp_path / "data", tmp_path / "later", True)
        await hub.revoke(devices[0].text)
    done = restore(tmp_path / "later", tmp_path / "new", force=False)
    assert (done.why, len(done.devices), done.tokens) == ("no hub was here", 2, ["cron"])
    async with running(tmp_path / "new") as hub:
        for device in devices:
            await enter(hub, device)
        assert hub.join_codes() == []
        with pytest.raises(AssertionError, match="handshake"):
            dial_code(hub, Keyed(), code.code)


async def test_what_a_person_names_is_revoked_before_the_hub_starts(tmp_path: Path) -> None:
    kept, gone = await two(tmp_path)
    async with running(tmp_path / "data") as hub:
        tokens = {name: await hub.access.tokens.make(name, Scope.READ) for name in ("cron", "old")}
        save(tmp_path / "data", tmp_path / "later", True)
    done = restore(tmp_path / "later", tmp_path / "new", False, Choices(devices=[gone.text], tokens=["old"]))
    assert (len(done.devices), done.tokens) == (1, ["cron"])
    async with running(tmp_path / "new") as hub:
        refused(hub, gone)
        await enter(hub, kept)
        assert hub.access.by_token(tokens["cron"], HERE).name == "cron"
        with pytest.raises(LoginNeeded):
            hub.access.by_token(tokens["old"], HERE)
        await take_key(hub, gone, (await hub.join_code(gone.text)).code)


async def test_a_name_that_nobody_has_changes_nothing(tmp_path: Path) -> None:
    await two(tmp_path)
    for choices, error in ((Choices(devices=["attic"]), NotFound), (Choices(tokens=["x"]), BackupError)):
        with pytest.raises(error, match="No "):
            restore(tmp_path / "saved", tmp_path / "new", False, choices)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["hub.lock"]


async def test_who_wants_the_revoked_back_says_so(tmp_path: Path) -> None:
    devices = await two(tmp_path)
    async with running(tmp_path / "data") as hub:
        await hub.revoke(devices[0].text)
    done = restore(tmp_path / "saved", tmp_path / "data", True, Choices(revoked_too=True))
    assert (done.why, len(done.devices)) == ("you said --revoked-too", 2)
    async with running(tmp_path / "data") as hub:
        for device in devices:
            await enter(hub, device)


def empty_looking(data: Path, copy: Path) -> None:
    """A copy of a hub's data without keys, by damage that no reader notices: a page that counts no rows."""
    shutil.copytree(data, copy)
    with closing(sqlite3.connect(copy / "hub.sqlite3")) as database:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'device_keys'"
        page, size = database.execute(query).fetchone()[0], database.execute("PRAGMA page_size").fetchone()[0]
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with (copy / "hub.sqlite3").open("r+b") as file:
        file.seek((page - 1) * size + CELLS)
        file.write(bytes(2))
    with closing(sqlite3.connect(copy / "hub.sqlite3")) as database:
        assert database.execute("SELECT guid FROM device_keys NOT INDEXED").fetchall() == []


async def test_a_database_that_tells_nothing_is_replaced_and_named(tmp_path: Path) -> None:
    devices = await two(tmp_path)
    async with running(tmp_path / "other"):
        pass
    shutil.copytree(tmp_path / "data", tmp_path / "torn")
    file = tmp_path / "torn" / "hub.sqlite3"
    os.truncate(file, file.stat().st_size // 2)
    empty_looking(tmp_path / "data", tmp_path / "bare")
    (tmp_path / "rubbish").mkdir()
    (tmp_path / "rubbish" / "hub.sqlite3").write_bytes(b"rubbish" * 1_000)
    for name, why in (
        ("other", carry.OTHER_HUB),
        ("torn", carry.DAMAGED),
        ("bare", carry.DAMAGED),
        ("rubbish", carry.DAMAGED),
    ):
        assert restore(tmp_path / "saved", tmp_path / name, force=True).why == why
        async with running(tmp_path / name) as hub:
            await enter(hub, devices[0])


async def test_a_newer_hubs_backup_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    await two(tmp_path)
    with closing(sqlite3.connect(tmp_path / "data" / "hub.sqlite3")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    save(tmp_path / "data", tmp_path / "newer", False)
    with pytest.raises(StoreError, match="update the hub"):
        restore(tmp_path / "newer", tmp_path / "new", force=False)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["hub.lock"]
