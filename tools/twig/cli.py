"""The command `twig`: mounts the subcommands and turns their errors into one line.

A subcommand's module is imported when that subcommand runs: `twig --help` loads none of them.
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from twig.errors import TwigError
from twig.text import plain

DISTRIBUTION = "twig-relay"
CHECKOUT = Path(__file__).resolve().parents[2]
INTERRUPTED = 130  # what shells expect of a program that Ctrl-C ended


class Mount(NamedTuple):
    """Where a subcommand lives: a module with a Typer `app`; `member` picks one command of it.

    `checkout`: it works on the sources of the firmware, which no wheel holds.
    """

    module: str
    help: str
    member: str | None = None
    checkout: bool = False


MOUNTS = {
    "hub": Mount("twig.hub.commands", "Run the hub: devices, API and page."),
    "plug": Mount(
        "twig.twin.commands", "Run a virtual plug, press its button, show its state.", checkout=True
    ),
    "image": Mount("twig.release.commands", "Build the image that is flashed to a board.", checkout=True),
    "release": Mount(
        "twig.release.release_commands", "Build, sign, show and publish releases of the firmware."
    ),
    "flash": Mount(
        "twig.board.commands", "Write MicroPython and Twig to a real board.", "flash", checkout=True
    ),
    "backup-flash": Mount(
        "twig.board.commands", "Read a board's flash into a file.", "backup-flash", checkout=True
    ),
    "restore-flash": Mount(
        "twig.board.commands", "Write a backup to a board.", "restore-flash", checkout=True
    ),
    "console": Mount("twig.board.commands", "Show what a real board prints.", "console", checkout=True),
    "deploy": Mount(
        "twig.board.commands", "Copy changed firmware to a plug in development.", "deploy", checkout=True
    ),
    "devices": Mount("twig.commands", "List the devices that the hub knows.", "devices"),
    "set": Mount("twig.commands", "Set an IO of a device, such as its relay.", "set"),
    "watch": Mount("twig.commands", "Print what happens at the hub, a line per event.", "watch"),
    "update": Mount("twig.update_commands", "Update a device and follow it to the end."),
    "rollout": Mount("twig.rollout_commands", "Roll a release out to many devices, in waves."),
    "join-code": Mount("twig.key_commands", "Make a code with which a device joins the hub.", "join-code"),
    "rotate": Mount("twig.key_commands", "Give devices new keys.", "rotate"),
    "revoke": Mount("twig.key_commands", "Drop a device's key and disconnect it.", "revoke"),
    "forget-keys": Mount("twig.hub.keys.forget", "Drop all keys, when the master key is lost."),
    "token": Mount("twig.tokens", "Make, list and revoke tokens of programs."),
    "password": Mount("twig.hub.password", "Set the password of the hub's page."),
    "backup": Mount("twig.hub.backup.commands", "Copy a hub's data into one file.", "backup"),
    "restore": Mount("twig.hub.backup.commands", "Put a hub's data back.", "restore"),
}


class NeedsCheckout(TwigError):
    """A subcommand that works on the firmware's sources, called from an installed package."""


class LazyGroup(TyperGroup):
    """A command group whose members are listed at once and imported when they are called."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, mount in MOUNTS.items():
            self.add_command(TyperCommand(name, help=mount.help))

    def get_params(self, ctx: Any) -> list[Any]:
        """The options of `twig` itself, the help's too."""
        return without_values(super().get_params(ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The real command for `args`, in place of the label that the list of commands shows."""
        name, label, rest = super().resolve_command(ctx, args)
        return name, load(name) if name in MOUNTS else label, rest


def load(name: str) -> Any:
    """Import the subcommand `name`; a Typer command or group."""
    mount = MOUNTS[name]
    if mount.checkout and not (CHECKOUT / "boot.py").is_file():
        raise NeedsCheckout(f"'twig {name}' needs Twig's sources: run it in a checkout, as the README says.")
    command: Any = typer.main.get_command(import_module(mount.module).app)
    if mount.member:
        command = command.commands[mount.member]
    command.name = name
    show_flags(command)
    return command


def show_flags(command: Any) -> None:
    """Have the help of a command, and of those below it, show no value behind flags."""
    without_values(command.get_params(typer.Context(command)))
    for inner in getattr(command, "commands", {}).values():
        show_flags(inner)


def without_values(params: list[Any]) -> list[Any]:
    """The same; Typer would write `<bool>` behind a flag, as if `--yes` wanted a word."""
    for each in params:
        if getattr(each, "is_bool_flag", False):
            each.metavar = ""
    return params


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Twig: relays and sensors on your own network, without a cloud.",
)


def show_version(wanted: bool) -> None:
    """Print the installed version and leave."""
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"twig {version(DISTRIBUTION)}")
        except PackageNotFoundError:
            typer.echo("twig, run from a source tree that is not installed")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(
        False, "--version", callback=show_version, is_eager=True, help="Print the version and exit."
    ),
) -> None:
    """Twig: relays and sensors on your own network, without a cloud."""


def main(args: Sequence[str] | None = None) -> None:
    """Run `twig`; a user's mistake becomes one line on stderr, never a traceback."""
    try:
        result = app(args, prog_name="twig", standalone_mode=False)
    except TwigError as error:
        fail(error.text, error.exit_code)
    except TyperException as error:
        usage_error(error)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(INTERRUPTED)
    sys.exit(result if isinstance(result, int) else 0)


def usage_error(error: TyperException) -> NoReturn:
    """Say what is wrong with the command line and where the help is."""
    text = " ".join(error.format_message().split())
    if not text:  # no arguments at all: the help has been printed
        sys.exit(error.exit_code)
    context = getattr(error, "ctx", None)
    hint = f" See '{context.command_path} --help'." if context else ""
    fail(f"{text if text[-1] in '.?!' else text + '.'}{hint}", error.exit_code)


def fail(text: str, code: int) -> NoReturn:
    """End the program with one line on stderr."""
    print(f"twig: {plain(text)}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
