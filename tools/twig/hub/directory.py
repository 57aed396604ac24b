"""The hub's data directory belongs to one running hub."""

import fcntl
import os
from pathlib import Path
from types import TracebackType

from twig.hub.errors import StartError

LOCK = "hub.lock"


class Directory:
    """Makes the directory, readable for its owner only, and holds its lock."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> "Directory":
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(self._path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StartError(f"The directory {self._path} cannot be used: {error.strerror}.") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            raise StartError(f"Another hub uses {self._path}; stop it or choose another --data.") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        os.close(self._lock)
