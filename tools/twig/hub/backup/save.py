"""Makes a backup, beside a running hub if need be."""

import base64
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO

from twig.hub.backup.about import ABOUT, FORMAT, About, BackupError
from twig.hub.clock import now_ms
from twig.hub.keys import master
from twig.hub.settings import DATABASE


def save(data: Path, file: Path, with_master_key: bool) -> About:
    """Write a consistent copy of a hub's data into a new file that only its owner can read.

    BackupError; StartError for a master key that is not to be had.
    """
    if not (data / DATABASE).is_file():
        raise BackupError(f"There is no hub's data in {data}; name its directory with --data.")
    secret = base64.b64encode(master.load(data, needed=True)) + b"\n" if with_master_key else None
    try:
        with tempfile.TemporaryDirectory(dir=file.parent) as folder, _created(file) as target:
            copy = Path(folder) / DATABASE
            about = _copy(data / DATABASE, copy, with_master_key)
            _pack(target, about, copy, secret)
    except FileExistsError:
        raise BackupError(f"{file} is there already; choose another name.") from None
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"The backup {file} cannot be made: {error}.") from error
    return about


def _copy(source: Path, target: Path, master_key: bool) -> About:
    """Copy a database while others write to it, and say what is in it."""
    address = f"{source.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(address, uri=True)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, whole by itself
        found = [
            copy.execute(f"SELECT {what}").fetchone()[0]
            for what in ("guid FROM installation", "count(*) FROM devices", "count(*) FROM device_keys")
        ]
    return About(FORMAT, found[0], now_ms(), found[1], found[2], master_key)


@contextmanager
def _created(file: Path) -> Iterator[IO[bytes]]:
    """A new file, on the disk at the end, gone after an error."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        try:
            yield target
            target.flush()
            os.fsync(target.fileno())
        except BaseException:
            file.unlink()
            raise


def _pack(target: IO[bytes], about: About, database: Path, secret: bytes | None) -> None:
    with tarfile.open(fileobj=target, mode="w") as archive:
        _add(archive, ABOUT, json.dumps(asdict(about)).encode())
        archive.add(database, DATABASE)
        if secret is not None:
            _add(archive, master.NAME, secret)


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    archive.addfile(member, io.BytesIO(content))
