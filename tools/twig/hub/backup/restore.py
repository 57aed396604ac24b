"""Puts a backup back."""

import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from twig.hub.backup import archive, carry, let_in
from twig.hub.backup.about import FORMAT, About, BackupError, Choices, Foreign, Restored
from twig.hub.directory import LOCK, Directory
from twig.hub.keys import master
from twig.hub.settings import DATABASE

EVERYTHING = Choices()
# What SQLite keeps beside a database, and plays into whatever lies there under the database's name.
BESIDE = ("-wal", "-shm", "-journal")


def restore(file: Path, data: Path, force: bool, choices: Choices = EVERYTHING) -> Restored:
    """Put a backup into a directory that holds nothing or, with `force`, in place of the hub that it holds.

    Keys, join codes, password and tokens stay those of the hub that is replaced, where it is the same one
    and can be read; else the backup's are good again, except codes. Everybody is logged out.
    BackupError, NotFound; StartError while a hub uses the directory; StoreError for a newer hub's backup.
    """
    with archive.opened(file) as backup, Directory(data):
        if not force and any(path.name != LOCK for path in data.iterdir()):
            raise BackupError(f"{data} is not empty. Choose another, or say --force to replace its hub.")
        draft = data / f"{DATABASE}.new"
        try:
            about = backup.about()
            secret = backup.master_key() if about.master_key else None
            _alone(draft)
            backup.write_database(draft)
            _check(draft, about)
            why = _admit(data / DATABASE, draft, about.guid, choices)
            done = Restored(about, why, let_in.devices(draft), let_in.tokens(draft))
            _replace(data, draft, _needed(secret, data, draft, why is None))
        except (tarfile.TarError, ValueError, KeyError, TypeError, EOFError, SQLAlchemyError) as error:
            raise Foreign(file) from error
        except (OSError, sqlite3.Error) as error:
            raise BackupError(f"{data} cannot be written: {error}.") from error
        finally:
            draft.unlink(missing_ok=True)
            _alone(draft)
    return done


def _admit(old: Path, draft: Path, guid: str, choices: Choices) -> str | None:
    """Decide who is let in; why that is not taken from the hub that is replaced, None when it is."""
    carry.newest(draft)
    let_in.log_out(draft)
    why = _not_carried(old, guid, choices)
    if why is None:
        carry.over(old, draft)
    else:
        let_in.end_codes(draft)
    for device in choices.devices:
        let_in.revoke_device(draft, device)
    for token in choices.tokens:
        let_in.revoke_token(draft, token)
    return why


def _not_carried(old: Path, guid: str, choices: Choices) -> str | None:
    if choices.revoked_too:
        return "you said --revoked-too"
    return carry.problem(old, guid) if old.is_file() else "no hub was here"


def _needed(secret: bytes | None, data: Path, draft: Path, carried: bool) -> bytes | None:
    """The backup's master key, unless one is there for the keys that were taken over."""
    return None if carried and carry.opens(data / master.NAME, draft) else secret


def _check(database: Path, about: About) -> None:
    """ValueError for what is not the whole database of that hub."""
    try:
        with closing(sqlite3.connect(database)) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            guid = connection.execute("SELECT guid FROM installation").fetchone()
    except sqlite3.Error:
        sound, guid = False, None
    if not sound or about.format != FORMAT or guid != (about.guid,):
        raise ValueError("damaged")


def _replace(data: Path, draft: Path, secret: bytes | None) -> None:
    """Put the new files in place; the master key first, for without it the database is useless."""
    if secret is not None:
        master.write(data / master.NAME, secret)
    _alone(data / DATABASE)
    draft.replace(data / DATABASE)


def _alone(database: Path) -> None:
    """Remove what lies beside a database that is, or will be, another one than it was made for."""
    for each in BESIDE:
        database.with_name(database.name + each).unlink(missing_ok=True)
