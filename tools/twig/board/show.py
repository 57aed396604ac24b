"""What `twig flash` and its like print: stages with a bar, notes, next steps."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from twig.board import esptool, wiring
from twig.board.boot import PATIENCE_S, Boot
from twig.board.chip import PUYA_WARNING, Identity
from twig.release.signers import Signer

COLUMNS = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
AGAIN = "Take its power away and give it back without the button."
BOOTS = {
    Boot.RUNS: "The chip boots from its flash.",
    Boot.LOADER: f"The chip went into its loader again. {AGAIN}",
    Boot.SILENT: f"No boot was seen within {PATIENCE_S:.0f} s. {AGAIN}",
}
NO_KEY = (
    "No key is trusted: this plug will refuse every update, for good. To change that, flash it again with "
    "--trust KEY.pub; docs/flashing.md says how to make a key."
)


def say(text: str) -> None:
    """A line, or some, as they are."""
    Console(highlight=False, markup=False).print(text, soft_wrap=True)


def warn(text: str) -> None:
    """A line that must not be missed: on standard error."""
    Console(stderr=True, highlight=False).print(f"[yellow]Warning:[/] {escape(text)}", soft_wrap=True)


@contextmanager
def stage(text: str) -> Iterator[esptool.Progress]:
    """A bar on a terminal, a line elsewhere; gives what esptool's percents are told to."""
    console = Console(highlight=False)
    if not console.is_terminal:
        say(f"{text} …")
        yield esptool.ignore
        return
    with Progress(*COLUMNS, console=console) as bars:
        task = bars.add_task(text, total=100)
        yield lambda percent: bars.update(task, completed=percent)
        bars.update(task, completed=100)


def wires(model: str) -> None:
    """Dangers, wires and the way into the loader."""
    for text in (wiring.SAFETY, wiring.drawing(model), wiring.LOADER):
        say(f"{text}\n")


def identity(found: Identity) -> None:
    """What the chip is; a warning for a flash that is known for trouble."""
    say(f"Found: {found.kind}, address {found.mac}, {found.size >> 10} KB of flash by {found.vendor:#04x}")
    if found.puya:
        warn(PUYA_WARNING)


def signers(trusted: Sequence[Signer]) -> None:
    """Whose updates the plug will take, by file and fingerprint."""
    for each in trusted:
        say(f"Trusted to sign updates: {each.path}\n  {each.fingerprint}")
    if not trusted:
        say(NO_KEY)


def updates(trusted: Sequence[Signer]) -> None:
    """The last of the next steps: how to keep what can sign updates, or how to get there."""
    if not trusted:
        say(NO_KEY)
        return
    keys = "key" if len(trusted) == 1 else "keys"
    files = ", ".join(str(each.path) for each in trusted)
    say(f"Keep the private {keys} of {files}: nothing else signs updates.")


def next_steps(found: Identity, boot: Boot, preset: bool) -> None:
    """Where to go from here."""
    (say if boot is Boot.RUNS else warn)(BOOTS[boot])
    say("Take off all wires of the adapter, close the case, and only then give it mains again.")
    begin = "Without a Wi-Fi in them: join" if preset else "Then join"
    if preset:
        say("It joins the Wi-Fi of its settings; docs/hub.md says how a hub finds it.")
    say(f"{begin} the Wi-Fi '{found.access_point}' with a phone and open http://4.3.2.1/")
