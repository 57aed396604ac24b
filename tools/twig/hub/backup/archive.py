"""Reads a backup's file, whose names and sizes decide nothing."""

import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from twig.hub.backup.about import ABOUT, About, BackupError, Foreign
from twig.hub.keys import master
from twig.hub.settings import DATABASE

SMALL = 65_536  # bytes; all but the database is far smaller
CHUNK = 1 << 20


class Archive:
    """A backup's parts; tarfile.TarError, ValueError, KeyError, TypeError or EOFError where it is none."""

    def __init__(self, file: tarfile.TarFile) -> None:
        self._file = file

    def about(self) -> About:
        """What it holds, by its own word."""
        return About(**json.loads(self._member(ABOUT).read(SMALL)))

    def master_key(self) -> bytes:
        """The content of the file with the master key."""
        return self._member(master.NAME).read(SMALL)

    def write_database(self, path: Path) -> None:
        """Write the database into a file for its owner only, on the disk when this returns; OSError."""
        content = self._member(DATABASE)
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            while chunk := content.read(CHUNK):
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())

    def _member(self, name: str) -> IO[bytes]:
        content = self._file.extractfile(name)
        if content is None:
            raise KeyError(name)
        return content


@contextmanager
def opened(file: Path) -> Iterator[Archive]:
    """The archive in a file; BackupError, Foreign."""
    try:
        archive = tarfile.open(file, "r:")  # noqa: SIM115 - closed below
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror}.") from error
    except tarfile.TarError as error:
        raise Foreign(file) from error
    with archive:
        yield Archive(archive)
