"""Puts a backup back."""

import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from twig import files
from twig.hub.backup import archive, carry, keep, let_in, offers, past
from twig.hub.backup.about import FORMAT, About, BackupError, Choices, Foreign, Restored
from twig.hub.backup.archive import Archive
from twig.hub.directory import LOCK, Directory
from twig.hub.keys import master
from twig.hub.settings import DATABASE

EVERYTHING = Choices()
# What SQLite keeps beside a database, and plays into whatever lies there under the database's name.
BESIDE = ("-wal", "-shm", "-journal")
UPDATE = (
    "The database in {data} is a newer hub's, which knows what was revoked and which this twig cannot read. "
    "Update twig; or say --revoked-too to let in what the backup let in, and keep that database aside."
)


def restore(file: Path, data: Path, force: bool, choices: Choices = EVERYTHING) -> Restored:
    """Put a backup into a directory that holds nothing or, with `force`, in place of the hub that it holds.

    Keys, join codes, password and tokens stay those of the hub that is replaced, where it is the same one
    and can be read; else the backup's are good again, except codes. Everybody is logged out. What is replaced
    and lost otherwise is kept. BackupError, NotFound; StartError while a hub uses the directory; StoreError
    for a newer hub's backup.
    """
    with archive.opened(file) as backup, Directory(data):
        if not force and any(path.name != LOCK for path in data.iterdir()):
            raise BackupError(f"{data} is not empty. Choose another, or say --force to replace its hub.")
        draft = data / f"{DATABASE}.new"
        try:
            return _restore(backup, data, draft, choices)
        except (tarfile.TarError, ValueError, KeyError, TypeError, EOFError, SQLAlchemyError) as error:
            raise Foreign(file) from error
        except (OSError, sqlite3.Error) as error:
            raise BackupError(f"{data} cannot be written: {error}.") from error
        finally:
            draft.unlink(missing_ok=True)
            _alone(draft)


def _restore(backup: Archive, data: Path, draft: Path, choices: Choices) -> Restored:
    """Make the database that is to be, then put it in place."""
    about = backup.about()
    secret = backup.master_key() if about.master_key else None
    _alone(draft)
    backup.write_database(draft)
    _check(draft, about)
    problem = carry.problem(data / DATABASE, about.guid)
    why = _why(problem, data, choices)
    _admit(data / DATABASE, draft, why is None, choices)
    before = past.read(data) if why is None else None
    secret = _needed(secret, data / master.NAME, draft, why is None)
    devices, tokens = let_in.devices(draft), let_in.tokens(draft)
    kept = keep.keep(data, _lost(problem, secret))
    if why is not None:  # before the database: a power cut between them must not leave false assurance
        past.write(data, about.made_ms)
    _replace(data, draft, secret)
    opens = carry.opens(data / master.NAME, data / DATABASE)
    return Restored(about, why, devices, tokens, opens, kept, before)


def _why(problem: str | None, data: Path, choices: Choices) -> str | None:
    """Why it is not the replaced hub that decides who is let in, None when it is; BackupError."""
    if choices.revoked_too:
        return "you said --revoked-too"
    if problem == carry.NEWER:
        raise BackupError(UPDATE.format(data=data))
    return problem


def _admit(old: Path, draft: Path, carried: bool, choices: Choices) -> None:
    """Decide who is let in."""
    carry.newest(draft)
    let_in.log_out(draft)
    offers.end(draft)
    if carried:
        carry.over(old, draft)
    else:
        let_in.end_codes(draft)
    for device in choices.devices:
        let_in.revoke_device(draft, device)
    for token in choices.tokens:
        let_in.revoke_token(draft, token)


def _needed(secret: bytes | None, present: Path, draft: Path, carried: bool) -> bytes | None:
    """The backup's master key, unless it is there, or another one for the keys that were taken over."""
    if carried and carry.opens(present, draft):
        return None
    return None if present.is_file() and present.read_bytes() == secret else secret


def _lost(problem: str | None, secret: bytes | None) -> list[str]:
    """Names of the files that would be lost, whether they are there or not."""
    if problem in (None, carry.NO_HUB):
        return [master.NAME] if secret is not None else []
    return [DATABASE, f"{DATABASE}-wal", f"{DATABASE}-journal", master.NAME]


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
    files.sync(data)


def _alone(database: Path) -> None:
    """Remove what lies beside a database that is, or will be, another one than it was made for."""
    for each in BESIDE:
        database.with_name(database.name + each).unlink(missing_ok=True)
