"""`twig backup` and `twig restore`."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests_host.hubs import running
from tests_host.lines import enter, take_key
from tests_host.unit.cli.conftest import one_line
from tests_host.unit.hub.test_backup import held, saved

Run = Callable[..., tuple[int, str, str]]
WITHOUT, WITH = "The master key is not in it", "The master key is in it"


@pytest.mark.parametrize(("options", "words"), [([], WITHOUT), (["--with-master-key"], WITH)])
async def test_they_say_what_a_backup_holds(
    tmp_path: Path, twig: Run, options: list[str], words: str
) -> None:
    device = await saved(tmp_path)
    file, data, new = (str(tmp_path / name) for name in ("file", "data", "new"))
    code, out, err = twig("backup", file, "--data", data, *options)
    assert (code, err, "devices: 1, keys: 1" in out, words in out) == (0, "", True, True)
    assert "Password, logins and tokens are in it as hashes" in out
    code, out, err = twig("restore", file, "--data", new)
    assert (code, err, "put the hub's master.key into" in out) == (0, "", not options)
    assert "Everybody is logged out." in out
    if options:
        async with running(tmp_path / "new") as hub:
            await enter(hub, device)


async def test_a_restore_says_who_is_let_in(tmp_path: Path, twig: Run) -> None:
    device = await saved(tmp_path, master_key=True)
    with sqlite3.connect(tmp_path / "data" / "hub.sqlite3") as database:
        database.execute("UPDATE devices SET name = 'Kit\x1bchen'")
    (tmp_path / "saved").unlink()
    file, data, new = (str(tmp_path / name) for name in ("saved", "data", "new"))
    twig("backup", file, "--data", data, "--with-master-key")
    code, out, err = twig("restore", file, "--data", data, "--force")
    assert (code, err, "revoked since the backup stays so" in out) == (0, "", True)
    code, out, err = twig("restore", file, "--data", new)
    assert (code, err, "since no hub was here" in out) == (0, "", True)
    assert "Devices that it lets in: Kit\ufffdchen." in out
    assert "Tokens that it lets in: none." in out
    code, out, err = twig("restore", file, "--data", data, "--force", "--revoked-too", "--revoke", "kit")
    assert (code, err, "Devices that it lets in: none." in out) == (0, "", True)
    async with running(tmp_path / "data") as hub:
        assert hub.device(device.text).key == "none"


async def test_a_second_restore_does_not_promise_what_the_first_has_lost(tmp_path: Path, twig: Run) -> None:
    """The key was revoked after the backup; only the database that the first restore replaced knew that."""
    device = await saved(tmp_path, master_key=True)
    file, data = str(tmp_path / "saved"), tmp_path / "data"
    async with running(data) as hub:
        await hub.revoke(device.text)
    (data / "hub.sqlite3").write_bytes(b"rubbish")
    for number, promise in enumerate(("is good again.", "that restore stays so;", "that restore stays so;")):
        code, out, err = twig("restore", file, "--data", str(data), "--force")
        assert (code, err, promise in out) == (0, "", True), number
        assert "since the backup stays so" not in out
        assert f"Devices that it lets in: {device.name}." in out
    assert "what was revoked before it and after that backup is good again, unless" in out
    code, out, err = twig("restore", file, "--data", str(data), "--force", "--revoke", device.name)
    assert (code, err, "Devices that it lets in: none." in out) == (0, "", True)
    assert held(data) == ["hub.lock", "hub.sqlite3", "master.key", "replaced", "restored.json"]


async def test_where_nobody_can_say_whose_keys_these_are_a_restore_asks(tmp_path: Path, twig: Run) -> None:
    await saved(tmp_path, master_key=True)
    for content in ("", "[]", '{"made_ms": 1}'):
        (tmp_path / "data" / "restored.json").write_text(content)
        code, out, err = twig("restore", str(tmp_path / "saved"), "--data", str(tmp_path / "data"), "--force")
        assert (code, out, "restored.json is damaged" in one_line(err)) == (1, "", True)


async def test_a_restore_says_what_it_has_kept_and_which_master_key_is_missing(
    tmp_path: Path, twig: Run
) -> None:
    await saved(tmp_path)
    data = tmp_path / "data"
    (data / "hub.sqlite3").write_bytes(b"rubbish")
    (data / "master.key").write_bytes(b"rubbish")
    code, out, err = twig("restore", str(tmp_path / "saved"), "--data", str(data), "--force")
    assert (code, err, "since the database that was here is damaged" in out) == (0, "", True)
    assert f"What was here before is kept in {data}/replaced: hub.sqlite3, master.key." in out
    assert "Its master key is not the one that is there: put the hub's master.key into" in out
    (data / "hub.sqlite3").write_bytes(b"rubbish")
    code, out, err = twig("restore", str(tmp_path / "saved"), "--data", str(data), "--force")
    assert (code, out, "Move it away or remove it first" in one_line(err)) == (1, "", True)


async def test_without_its_master_key_a_hub_can_forget_its_keys_and_start(tmp_path: Path, twig: Run) -> None:
    device = await saved(tmp_path)
    data = tmp_path / "data"
    (data / "master.key").unlink()
    code, out, err = twig("forget-keys", "--data", str(data), "--yes")
    assert (code, err, "Dropped keys: 1." in one_line(out)) == (0, "", True)
    async with running(data) as hub:
        assert (hub.device(device.text).key, hub.join_codes()) == ("none", [])
        await take_key(hub, device, (await hub.join_code()).code)
        await enter(hub, device)
        code, _, err = twig("forget-keys", "--data", str(data), "--yes")
        assert (code, "Another hub uses" in one_line(err)) == (1, True)
    code, _, err = twig("forget-keys", "--data", str(tmp_path), "--yes")
    assert (code, "no hub's data" in one_line(err)) == (1, True)


async def test_their_errors_are_one_line(tmp_path: Path, twig: Run) -> None:
    await saved(tmp_path)
    file, data = str(tmp_path / "saved"), str(tmp_path / "data")
    for args, words in (
        (["backup", file, "--data", data], "is there already"),
        (["backup", str(tmp_path / "more"), "--data", str(tmp_path)], "no hub's data"),
        (["restore", file, "--data", data], "is not empty"),
        (["restore", str(tmp_path / "nothing"), "--data", data], "cannot be read"),
        (["restore", file, "--data", str(tmp_path / "new"), "--revoke", "attic"], "No device 'attic'"),
    ):
        code, out, err = twig(*args)
        assert (code, out, words in one_line(err)) == (1, "", True)
