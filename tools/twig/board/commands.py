"""`twig flash`, `twig backup-flash`, `twig restore-flash`, `twig console` and `twig deploy`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from twig.board import backup, console, deploy, esptool, flash, layout, ports, show
from twig.board.errors import BadImage, BoardError
from twig.board.esptool import Chip
from twig.hardware import check
from twig.release import sources

DRY_RUN = Path("twig-flash.bin")

app = typer.Typer(add_completion=False)

PortOption = Annotated[
    str | None,
    typer.Option("--port", metavar="PORT", help="The adapter's serial port; default: the only one."),
]
# Between two steps the chip keeps the speed that it was found with, and esptool looks at no higher one.
BaudOption = Annotated[
    int, typer.Option("--baud", min=9600, max=esptool.BAUD, help="Speed; a lower one for long or bad wires.")
]


@app.command("flash")
def do_flash(
    port: PortOption = None,
    model: Annotated[str | None, typer.Option(help="The board, as s26.")] = None,
    image: Annotated[
        Path | None,
        typer.Option(help="MicroPython for the board's chip: ESP8266_GENERIC FLASH_1M, or ESP32_GENERIC."),
    ] = None,
    config: Annotated[Path | None, typer.Option(help="Settings to begin with: a config.json.")] = None,
    trust: Annotated[
        list[Path] | None,
        typer.Option(metavar="KEY.pub", help="Who may sign updates: an RSA key in PEM; once or twice."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only write the whole flash's content to a file.")
    ] = False,
    output: Annotated[Path, typer.Option("-o", "--output", help="That file.")] = DRY_RUN,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask: mains is off and the chip in its loader.")
    ] = False,
    no_backup: Annotated[
        bool, typer.Option("--no-backup", help="Do not read the old content first.")
    ] = False,
    baud: BaudOption = esptool.BAUD,
) -> None:
    """Write MicroPython and Twig to a board at a serial port, with a backup of what was there."""
    model = _model(model)
    keys = trust or []
    if dry_run:
        _dry_run(flash.prepare(model, image, config, keys, needed=False), output)
        return
    port = ports.choose(port)
    contents = flash.prepare(model, image, config, keys)
    show.wires(model)
    _agree(yes)
    flash.flash(port, baud, contents, not no_backup)


@app.command("backup-flash")
def do_backup(
    port: PortOption = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File; default: named by address and time.")
    ] = None,
    baud: BaudOption = esptool.BAUD,
) -> None:
    """Read the whole flash of a board into a file."""
    board = Chip(ports.choose(port), baud)
    found = flash.identify(board)
    flash.save(board, found, output or backup.name(found))


@app.command("restore-flash")
def do_restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A backup that twig has made.")],
    port: PortOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    baud: BaudOption = esptool.BAUD,
) -> None:
    """Write a backup to the whole flash of a board and compare."""
    board = Chip(ports.choose(port), baud)
    _agree(yes)
    found = flash.identify(board)
    backup.check(file, found)
    with show.stage(f"Writing {file} and comparing") as progress:
        backup.restore(board, file, progress)
    show.say("Restored, and read back the same. Take the power away and give it back.")


@app.command("console")
def do_console(
    port: PortOption = None,
    names: Annotated[
        Path | None, typer.Option(help="The .names.json of the plug's image: real names in tracebacks.")
    ] = None,
) -> None:
    """Show what a board prints, and send it what is typed; Ctrl-] ends."""
    console.run(ports.choose(port), names)


@app.command("deploy")
def do_deploy(
    port: PortOption = None,
    board: Annotated[str, typer.Option(help="The board, as s26.")] = "s26",
) -> None:
    """Copy changed firmware to a plug in development mode and restart it; nothing is flashed."""
    deploy.deploy(ports.choose(port), board)


def _model(given: str | None) -> str:
    known = sources.boards()
    if given is None and sys.stdin.isatty():
        for name in known:
            show.say(f"  {name:18}{check.board(name).title}")
        given = typer.prompt("Which board")
    if given not in known:
        raise BoardError(
            f"{f'No board {given!r}' if given else 'Say which board'}: --model is one of {', '.join(known)}."
        )
    return given


def _dry_run(contents: flash.Contents, output: Path) -> None:
    place = contents.target.layout
    try:
        output.write_bytes(layout.merged(contents.target, contents.micropython, contents.file_system))
    except OSError as error:
        raise BadImage(f"Cannot write {output}: {error.strerror}. Say where with -o.") from None
    if not contents.micropython:
        show.say(f"Without --image there is no MicroPython in it: all below {place.start:#x} is 0xff.")
    show.say(f"{output}: the whole flash, {place.size >> 20} MB; nothing was flashed")
    show.updates(contents.signers)


def _agree(yes: bool) -> None:
    """A person has said that it is safe; BoardError when nobody can."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise BoardError("Nobody can be asked here. Read docs/flashing.md, then say --yes.")
    if not typer.confirm("Mains is off, the wires are right and the chip is in its loader. Go on?"):
        raise BoardError("Nothing was written.")
