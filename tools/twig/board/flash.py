"""From files to a flashed plug, step by step: the work of `twig flash`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from twig.board import backup, boot, chip, micropython, preset, show, target
from twig.board.esptool import Chip
from twig.board.target import Target
from twig.board.write import write
from twig.release import image, signers, trust
from twig.release.signers import Signer


@dataclass(frozen=True)
class Contents:
    """What is to be written to which chip: MicroPython (empty without), Twig's file system, whether it has
    settings, and whose updates it takes."""

    target: Target
    micropython: bytes
    file_system: bytes
    preset: bool
    signers: tuple[Signer, ...] = ()


def prepare(
    model: str,
    micropython_file: Path | None,
    config: Path | None,
    keys: Sequence[Path] = (),
    needed: bool = True,
) -> Contents:
    """Check the files and build the file system, before any chip is touched; errors name the file."""
    wanted = target.of(model)
    settings, trusted = preset.files(config, model), signers.load(keys)
    stock = micropython.load(micropython_file, wanted) if micropython_file or needed else b""
    show.signers(trusted)
    show.say(f"Building Twig for {model} …")
    files = {**settings, **_trust(trusted)}
    return Contents(wanted, stock, image.build(model).image(files), bool(settings), trusted)


def _trust(trusted: Sequence[Signer]) -> dict[str, bytes]:
    """The file of the keys; none without any: the plug then says so itself."""
    if not trusted:
        return {}
    return {trust.NAME: trust.encode(trust.Trust(tuple(each.modulus for each in trusted)))}


def flash(port: str, baud: int, contents: Contents, keep: bool) -> None:
    """Identify, keep a backup, write, compare, wait for the boot."""
    wanted = contents.target
    board = Chip(port, baud, wanted.chip)
    found = identify(board)
    chip.check_size(found, wanted.layout)
    if keep:
        save(board, found, backup.name(found))
    with show.stage("Writing MicroPython, then Twig, and comparing") as progress:
        write(board, wanted, contents.micropython, contents.file_system, progress)
    show.say(
        "Written, and read back the same. Now take the 3.3 V wire off and put it on, without the button …"
    )
    show.next_steps(found, boot.wait(port, wanted.rom), contents.preset)
    show.updates(contents.signers)


def identify(board: Chip) -> chip.Identity:
    """Ask the chip and show what it said."""
    show.say(f"Looking for the chip at {board.port} …")
    found = chip.identify(board)
    show.identity(found)
    return found


def save(board: Chip, found: chip.Identity, path: Path) -> None:
    """Keep what is in the flash now."""
    minutes = backup.minutes(found, board.baud)
    with show.stage(f"Reading what is in the flash now, about {minutes} min") as progress:
        backup.read(board, found, path, progress)
    show.say(f"Backup: {path} ('twig restore-flash {path}' brings it back)")
