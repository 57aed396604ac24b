"""Keeps what a restore is about to replace and nothing else has, in one folder that no later one touches."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from twig import files
from twig.hub.backup.about import BackupError

FOLDER = "replaced"  # in the data directory


def keep(data: Path, names: Iterable[str]) -> list[str]:
    """Keep those files of a hub's directory that hold something, for their owner only; their names.

    BackupError when an earlier restore has kept some; OSError.
    """
    there = [name for name in names if _holds(data / name)]
    folder, draft = data / FOLDER, data / f"{FOLDER}.new"
    if there and folder.exists():
        raise BackupError(
            f"{folder} holds what an earlier restore replaced. Move it away or remove it first."
        )
    if there:
        _fill(draft, [data / name for name in there])
        draft.rename(folder)
        files.sync(data)
    return there


def _holds(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0


def _fill(draft: Path, these: list[Path]) -> None:
    """Make the folder under its first name; on the disk when this returns."""
    if draft.exists():  # of a restore that was interrupted
        shutil.rmtree(draft)
    draft.mkdir(mode=0o700)
    try:
        for file in these:
            _second(file, draft / file.name)
    except OSError:
        shutil.rmtree(draft)  # on a full disk it would keep it full
        raise
    files.sync(draft)


def _second(file: Path, name: Path) -> None:
    """A second name for a file, which whatever takes the place of the first does not touch; else a copy."""
    try:
        os.link(file.resolve(), name)
    except OSError:  # a file system without links
        shutil.copyfile(file, name)
        files.sync(name)
    name.chmod(0o600)
