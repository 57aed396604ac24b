"""`twig backup` and `twig restore`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests_host.hubs import running
from tests_host.lines import enter
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
    code, out, err = twig("restore", file, "--data", new)
    assert (code, err, "put the hub's master.key into" in out) == (0, "", not options)
    if options:
        async with running(tmp_path / "new") as hub:
            await enter(hub, device)


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
