"""Reads the whole flash into a file, and writes it back."""

from datetime import datetime
from pathlib import Path

from twig.board.chip import Identity
from twig.board.errors import BadImage
from twig.board.esptool import Chip, Progress, ignore

# Of a byte on the line: start, data, stop.
BITS = 10


def name(identity: Identity) -> Path:
    """In the working directory, with the chip's address and the time: no backup replaces another."""
    return Path(f"backup-{identity.mac}-{datetime.now():%Y-%m-%d-%H%M%S}.bin")


def minutes(identity: Identity, baud: int) -> int:
    """How long the flash takes to be read at that speed, rounded up."""
    return -(-identity.size * BITS // (60 * baud))


def read(chip: Chip, identity: Identity, path: Path, progress: Progress = ignore) -> None:
    """The whole flash; the file appears when it is complete, esptool has compared its digest then."""
    if path.exists():
        raise BadImage(f"{path} exists already. Say another name with -o; no backup is written over.")
    scratch = path.with_name(path.name + ".part")
    try:
        scratch.touch(0o600)  # a used plug's flash holds a Wi-Fi password
        chip.run("read-flash", "0", str(identity.size), scratch, progress=progress)
        scratch.replace(path)
    except OSError as error:
        raise BadImage(f"Cannot write {path}: {error.strerror}. Say where with -o, or --no-backup.") from None
    finally:
        scratch.unlink(missing_ok=True)


def check(path: Path, identity: Identity) -> None:
    """BadImage unless the file is as large as this flash."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise BadImage(f"Cannot read {path}: {error.strerror}.") from None
    if size != identity.size:
        raise BadImage(
            f"{path} has {size:,} bytes, this flash {identity.size:,}: it is a backup of another one."
        )


def restore(chip: Chip, path: Path, progress: Progress = ignore) -> None:
    """Write a backup and compare; its header stays as it is."""
    keep = ("--flash-mode", "keep", "--flash-freq", "keep", "--flash-size", "keep")
    chip.run("write-flash", *keep, "0x0", path, progress=progress)
    chip.run("verify-flash", *keep, "0x0", path)
