"""`twig plug`: runs a virtual plug, presses its button, turns its wall switch, shows its state."""

import json
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from twig.twin import button
from twig.twin import plug as plugs
from twig.twin import show as shown
from twig.twin.directory import Directory, PlugError
from twig.twin.model import model as board
from twig.twin.state import State

# How often a running plug is looked at for news: a blink of the LED has to be seen.
LOOK_S = 0.2


class Position(StrEnum):
    """Where a wall switch stands; that of a new plug is open."""

    OPEN = "open"
    CLOSED = "closed"


app = typer.Typer(add_completion=False, help="Run a virtual plug, press its button, show its state.")

Data = Annotated[
    Path | None, typer.Option("--data", help="The plug's directory: its flash, memory and console.")
]


@app.callback(invoke_without_command=True)
def run(
    context: typer.Context,
    data: Data = None,
    model: Annotated[str, typer.Option(help="Board: a file of firmware/board/.")] = "s26",
    air: Annotated[
        Path | None,
        typer.Option(help="JSON file of the Wi-Fi networks in reach; may change while the plug runs."),
    ] = None,
    interface: Annotated[
        str, typer.Option(help="IPv4 address on this computer that is the plug's.")
    ] = "127.0.0.1",
    hub: Annotated[
        str | None, typer.Option(help="Configured hub, HOST or HOST:PORT; else it is discovered.")
    ] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Join a hub without encryption, while it has no key.")
    ] = False,
    join_code: Annotated[
        str | None, typer.Option(metavar="CODE", help="What 'twig join-code' says at the hub to join.")
    ] = None,
    discovery_port: Annotated[int | None, typer.Option(help="UDP port of the hubs' beacons.")] = None,
    python: Annotated[
        bool, typer.Option("--python", help="Under CPython instead of the twin: no 38 KiB heap, no littlefs.")
    ] = False,
    setup: Annotated[
        bool, typer.Option("--setup", help="A new plug knows no network; a phone to set it up is in reach.")
    ] = False,
    port_base: Annotated[
        int, typer.Option(help="Added to the plug's ports below 1024: its page is at 80 + N.")
    ] = 0,
) -> None:
    """Run a virtual plug until Ctrl-C: the real firmware on a virtual chip.

    Options of a later start change the configuration that the plug has in its directory."""
    context.obj = data
    if context.invoked_subcommand is None:
        plug = plugs.Plug(
            _needed(data),
            model,
            air,
            interface,
            hub,
            insecure,
            discovery_port,
            python=python,
            join_code=join_code,
            setup=setup,
            port_base=port_base,
        )
        with _stopping() as stop:
            _run(plug, stop)


@app.command()
def press(
    context: typer.Context,
    data: Data = None,
    seconds: Annotated[
        float, typer.Option(min=0.0, max=60.0, help="How long the button is held.")
    ] = button.TAP_S,
) -> None:
    """Press the button of a plug that another process runs."""
    with _running(_needed(data or context.obj)) as (chip, name):
        button.press(chip, name, seconds)


@app.command()
def turn(
    context: typer.Context,
    position: Annotated[Position, typer.Argument(help="Where the switch is put, and stays.")],
    data: Data = None,
    number: Annotated[int, typer.Option("--input", help="Which input, from 1 on.")] = 1,
) -> None:
    """Turn the wall switch of a plug that another process runs."""
    with _running(_needed(data or context.obj)) as (chip, name):
        button.turn(chip, name, number, position is Position.CLOSED)


@app.command()
def show(
    context: typer.Context,
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show pins, LED pattern, mode, resets and heap of a plug, whether it runs or not."""
    found = shown.show(_needed(data or context.obj))
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        Console(highlight=False).print(_table(found))


@contextmanager
def _running(path: Path) -> Iterator[tuple[State, str]]:
    """State and model of the plug that another process runs; PlugError when none does."""
    about = Directory(path).about()
    if not Directory(path).runs():
        raise PlugError(f"the plug in {path} does not run; start it by `twig plug --data {path}`")
    chip = shown.open_state(path)
    try:
        yield chip, about["model"]
    finally:
        chip.close()


def _needed(data: Path | None) -> Path:
    if data is None:
        raise typer.BadParameter("the plug's directory is needed", param_hint="--data")
    return data


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set."""
    stop = threading.Event()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, lambda *_: stop.set()) for number in numbers]
    try:
        yield stop
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _run(plug: plugs.Plug, stop: threading.Event) -> None:
    with plug:
        name = f"{plug.data.absolute().name} ({plug.options.model})"
        page = f" its page: {plug.page};" if plug.options.setup else ""
        button = (
            f" its button: twig plug press --data {plug.data}" if board(plug.options.model).button else ""
        )
        _say(f"plug {name} runs;{page}{button}".rstrip(";"))
        if plug.notice:
            _say(plug.notice)
        seen = ""
        while not stop.wait(LOOK_S):
            now = news(plug.show())
            if now != seen:
                _say(now)
                seen = now
    _say("stopped")


# The LED of a plug that has joined its hub: by its setting dark or lit.
JOINED = ("off", "online")


def news(found: dict[str, Any]) -> str:
    """One line of what a user wants to know when it changes."""
    relay = "on" if found["pins"].get("relay") else "off"
    if found["mode"] == shown.SETUP:
        return f"setup mode, access point {found['access_point']['ssid']}, relay {relay}"
    if found["mode"] != "run":
        return f"mode {found['mode']}, relay {relay}"
    joined = found["led"] in JOINED and found["wifi"]["status"] == "connected"
    led = f", led {found['led']}" if found["led"] else ""  # there are boards without one
    state = "joined its hub" if joined else f"wifi {found['wifi']['status']}{led}"
    return f"mode run, relay {relay}, {state}"


def _say(text: str) -> None:
    typer.echo(f"{time.strftime('%H:%M:%S')} {text}")


def _table(found: dict[str, Any]) -> Table:
    table = Table("what", "value", title=f"plug {found['model']}")
    for name, value in found.items():
        if isinstance(value, dict):
            for inner, part in value.items():
                table.add_row(f"{name}.{inner}", _text(part))
        else:
            table.add_row(name, _text(value))
    return table


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else "" if value is None else str(value)
