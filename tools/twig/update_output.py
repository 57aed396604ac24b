"""How `twig update` shows how far a device is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from twig import progress
from twig.client import Device
from twig.text import plain

COLUMNS = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
Show = Callable[[Device], None]


def name(device: Device) -> str:
    """What to call it."""
    return plain(device["name"] or device["guid"])


def line(device: Device) -> str:
    """Device, version and state."""
    update = device["update"]
    return f"{name(device)} {plain(update['version'])}: {progress.words(update['state'])}"


@contextmanager
def bar(device: Device, console: Console | None = None) -> Iterator[Show]:
    """A bar on a terminal, elsewhere a line for each new state; gives what is told how far the device is."""
    console = console or Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield _lines(console)
        return
    with Progress(*COLUMNS, console=console) as bars:
        task = bars.add_task("", total=100)

        def show(device: Device) -> None:
            update = device["update"]
            done = progress.overall(update["state"], update["percent"])
            bars.update(task, description=line(device), completed=done)

        show(device)
        yield show


def _lines(console: Console) -> Show:
    """What prints a state once."""
    last = ""

    def show(device: Device) -> None:
        nonlocal last
        if device["update"]["state"] != last:
            last = device["update"]["state"]
            console.print(Text(line(device)))

    return show


def outcome(device: Device) -> str:
    """What has become of an update, in one line."""
    update = device["update"]
    version, reason = plain(update["version"]), plain(update["reason"]) or "no reason given"
    sentences = {
        "confirmed": f"{name(device)} has {version}.",
        "waiting": f"{name(device)} gets {version} when it next comes.",
        "withdrawn": f"{name(device)} is not offered {version} any longer.",
        "refused": f"{name(device)} does not take {version}: {reason}.",
        "rolled back": f"{name(device)} has rolled back from {version}: {reason}.",
    }
    state = progress.words(update["state"])
    return sentences.get(
        update["state"], f"{name(device)} {state}; no news of {version} for long. 'twig devices' shows more."
    )
