"""Writes files that matter: whole or not at all, and on the disk when the call returns."""

import errno
import os
from pathlib import Path

ALL = 0o666  # less what the umask takes
OWNER = 0o600


def replace(path: Path, content: bytes, mode: int = ALL) -> None:
    """Write a file in one step, in place of one that is there. OSError."""
    draft = _draft(path, content, mode)
    draft.replace(path)
    sync(path.parent)


def create(path: Path, content: bytes, mode: int = ALL) -> None:
    """Write a new file in one step; FileExistsError when it is there, other OSErrors."""
    draft = _draft(path, content, mode)
    try:
        _name(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    sync(path.parent)


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk when this returns. OSError."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _name(draft: Path, path: Path) -> None:
    """Give a draft its name, which nothing has."""
    try:
        os.link(draft, path)  # unlike a rename, this replaces nothing
    except FileExistsError:
        raise
    except OSError:  # a USB stick's FAT knows no links
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        draft.replace(path)


def _draft(path: Path, content: bytes, mode: int) -> Path:
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        draft.unlink(missing_ok=True)  # on a full disk it would keep it full
        raise
    return draft
