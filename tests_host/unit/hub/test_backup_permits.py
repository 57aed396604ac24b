"""What devices may is taken from the hub that a restore replaces, like the keys."""

import sqlite3
from contextlib import closing
from pathlib import Path

from firmware.protocol import guid
from tests_host.hubs import running
from tests_host.lines import Keyed, enter, joined
from twig.hub.backup.restore import restore
from twig.hub.backup.save import save

SERVER = guid.text(guid.SERVER)


def edit(folder: Path, statement: str, *values: object) -> None:
    """Change the database of a hub that does not run."""
    with closing(sqlite3.connect(folder / "hub.sqlite3")) as database:
        database.execute(statement, values)
        database.commit()


def claims(folder: Path) -> dict[int, str]:
    """Old id -> GUID of the device that has claimed it."""
    query = "SELECT old_id, guid FROM old_ids JOIN devices ON devices.id = old_ids.device_id"
    with closing(sqlite3.connect(folder / "hub.sqlite3")) as database:
        return dict(database.execute(query).fetchall())


async def saved(folder: Path) -> list[Keyed]:
    """Three devices of a hub in `folder`/data, and `folder`/saved: the second is the first one's child."""
    async with running(folder / "data") as hub:
        devices = [(await joined(hub))[0] for _ in range(3)]
        hub.allow_children(devices[0].text, True)
        hub.move(devices[1].text, devices[0].text)
    save(folder / "data", folder / "saved", True)
    return devices


async def test_a_permission_that_was_withdrawn_stays_so(tmp_path: Path) -> None:
    parent, child, other = await saved(tmp_path)
    async with running(tmp_path / "data") as hub:
        assert hub.device(child.text).parent == parent.text
        assert hub.device(parent.text).may_have_children
        hub.allow_children(parent.text, False)
        hub.allow_children(other.text, True)
        hub.move(child.text, other.text)
    restore(tmp_path / "saved", tmp_path / "data", force=True)
    async with running(tmp_path / "data") as hub:
        found = {view.guid: (view.parent, view.may_have_children) for view in hub.devices()}
    assert found == {
        parent.text: (SERVER, False),
        child.text: (other.text, False),
        other.text: (SERVER, True),
    }


async def test_one_that_joined_since_keeps_what_it_may_and_is_asked_for_its_ios(tmp_path: Path) -> None:
    await saved(tmp_path)
    async with running(tmp_path / "data") as hub:
        later, _ = await joined(hub)
        hub.allow_children(later.text, True)
    edit(tmp_path / "data", "UPDATE devices SET name = 'Attic' WHERE guid = ?", later.text)
    restore(tmp_path / "saved", tmp_path / "data", force=True)
    async with running(tmp_path / "data") as hub:
        view = hub.device(later.text)
        assert (view.name, view.may_have_children, view.ios) == ("Attic", True, [])
        await enter(hub, later)
        assert hub.device(later.text).may_have_children
        assert len(hub.device(later.text).ios) == len(later.ios)


async def test_a_device_that_only_the_backup_knows_may_nothing(tmp_path: Path) -> None:
    parent, child, _ = await saved(tmp_path)
    for device in (parent, child):
        edit(tmp_path / "data", "DELETE FROM devices WHERE guid = ?", device.text)
    restore(tmp_path / "saved", tmp_path / "data", force=True)
    async with running(tmp_path / "data") as hub:
        assert not hub.device(parent.text).may_have_children
        assert hub.device(child.text).parent == SERVER


async def test_an_old_id_stays_claimed_by_whom_it_was(tmp_path: Path) -> None:
    first, second, _ = await saved(tmp_path)
    claim = "INSERT INTO old_ids SELECT ?, id, 1 FROM devices WHERE guid = ?"
    edit(tmp_path / "data", claim, 5, first.text)
    (tmp_path / "saved").unlink()
    save(tmp_path / "data", tmp_path / "saved", True)
    edit(tmp_path / "data", "DELETE FROM old_ids")
    for old, device in ((5, second), (6, first)):
        edit(tmp_path / "data", claim, old, device.text)
    restore(tmp_path / "saved", tmp_path / "data", force=True)
    assert claims(tmp_path / "data") == {5: second.text, 6: first.text}
