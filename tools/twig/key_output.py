"""How `twig` shows join codes and new keys."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import segno
from rich.box import ROUNDED
from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from twig.client import Device
from twig.text import plain

# Light modules are drawn, dark ones left out; scanners read it so, whatever the terminal's own colours.
QR_STYLE = "bright_white on black"
LATE = "has not come back yet; its old key is still valid"
AWAY = "gets it when it next comes"
COLUMNS = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())


def qr(text: str) -> str:
    """A QR code in half blocks, two rows in a line."""
    out = io.StringIO()
    segno.make(text, micro=False).terminal(out, compact=True)
    return out.getvalue().rstrip("\n")


def code(made: dict[str, Any], target: Device | None, console: Console | None = None) -> None:
    """A join code, large, and as a QR code."""
    console = console or Console(highlight=False)
    until = datetime.fromtimestamp(made["expires_ms"] / 1000)
    whom = plain(target["name"] or target["guid"]) if target else "one new device"
    console.print(Text(f"Join code for {whom}, until {until:%H:%M}:"))
    large = Text(made["code"].replace("-", "  -  "), style="bold")
    console.print(Padding(Panel(large, box=ROUNDED, expand=False, padding=(1, 4)), (1, 2)))
    console.print(Text(qr(made["code"]), style=QR_STYLE))
    console.print("\nType it into the device's set-up page. It is not shown again.")


@contextmanager
def bar(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, nothing elsewhere; gives what is told how many devices are done."""
    console = Console(stderr=True)
    with Progress(*COLUMNS, console=console, disable=not console.is_terminal) as bars:
        task = bars.add_task("New keys", total=total)
        yield lambda done: bars.update(task, completed=done)


def rotated(chosen: list[Device], left: list[Device]) -> None:
    """What has become of the devices that were to get new keys."""
    if not chosen:
        print("No device has a key yet.")
        return
    done = len(chosen) - len(left)
    print(f"{done} of {len(chosen)} {'device has' if len(chosen) == 1 else 'devices have'} a new key.")
    for one in left:
        print(f"{plain(one['name'] or one['guid'])} {LATE if one['online'] else AWAY}.")
