"""Puts a backup back."""

import contextlib
import json
import os
import sqlite3
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from twig.hub.backup.about import ABOUT, FORMAT, About, BackupError, Foreign
from twig.hub.directory import LOCK, Directory
from twig.hub.keys import master
from twig.hub.settings import DATABASE

SMALL = 65_536  # bytes; all but the database is far smaller
CHUNK = 1 << 20


def restore(file: Path, data: Path, force: bool) -> About:
    """Put a backup into a directory that holds nothing or, with `force`, in place of the hub that it holds.

    Everybody is logged out; the password and tokens are those of the backup.
    BackupError; StartError while a hub uses the directory.
    """
    with _opened(file) as archive, Directory(data):
        if not force and any(path.name != LOCK for path in data.iterdir()):
            raise BackupError(f"{data} is not empty. Choose another, or say --force to replace its hub.")
        try:
            about = About(**json.loads(_member(archive, ABOUT).read(SMALL)))
            secret = _member(archive, master.NAME).read(SMALL) if about.master_key else None
            draft = data / f"{DATABASE}.new"
            _write(_member(archive, DATABASE), draft)
            _check(draft, about)
            _log_out(draft)
            _replace(data, draft, secret)
        except (tarfile.TarError, ValueError, KeyError, TypeError, EOFError) as error:
            raise Foreign(file) from error
        except (OSError, sqlite3.Error) as error:
            raise BackupError(f"{data} cannot be written: {error}.") from error
    return about


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        archive = tarfile.open(file, "r:")  # noqa: SIM115 - closed below
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror}.") from error
    except tarfile.TarError as error:
        raise Foreign(file) from error
    with archive:
        yield archive


def _member(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    """The content of a file in the archive, whose names decide nothing; KeyError without it."""
    content = archive.extractfile(name)
    if content is None:
        raise KeyError(name)
    return content


def _write(content: IO[bytes], path: Path) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        while chunk := content.read(CHUNK):
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())


def _check(database: Path, about: About) -> None:
    """ValueError, and no draft left, for what is not the whole database of that hub."""
    try:
        with contextlib.closing(sqlite3.connect(database)) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            guid = connection.execute("SELECT guid FROM installation").fetchone()
    except sqlite3.Error:
        sound, guid = False, None
    if not sound or about.format != FORMAT or guid != (about.guid,):
        database.unlink()
        raise ValueError("damaged")


def _log_out(database: Path) -> None:
    """End all logins at the page: one that was ended since the backup was made must not be good again."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'web_sessions'").fetchone():
            connection.execute("DELETE FROM web_sessions")  # else an older hub's, which knew no logins
        connection.commit()


def _replace(data: Path, draft: Path, secret: bytes | None) -> None:
    """Put the new files in place; the master key first, for without it the database is useless."""
    if secret is not None:
        master.write(data / master.NAME, secret)
    for left in ("-wal", "-shm"):
        (data / (DATABASE + left)).unlink(missing_ok=True)
    draft.replace(data / DATABASE)
