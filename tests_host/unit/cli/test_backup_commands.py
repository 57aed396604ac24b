"""`twig backup` and `twig restore`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests_host.hubs import running
from tests_host.lines import enter, take_key
from tests_host.unit.cli.conftest import one_line
from tests_host.unit.hub.test_backup import saved

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
    ):
        code, out, err = twig(*args)
        assert (code, out, words in one_line(err)) == (1, "", True)
