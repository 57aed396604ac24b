"""How `twig rollout` shows rollouts."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from twig import progress
from twig.text import plain

COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
    TextColumn("{task.fields[note]}"),
)
SHOWN = 20  # devices that `show` names
Rollout = dict[str, Any]
Show = Callable[[Rollout], None]


def total(rollout: Rollout, what: str) -> int:
    """The sum of a figure over all waves."""
    return sum(wave[what] for wave in rollout["waves"])


def line(rollout: Rollout) -> str:
    """Number, version, state, confirmed, devices, when it began and why it stopped, with tabs between."""
    at = datetime.fromtimestamp(rollout["created_ms"] / 1000, UTC)
    parts = [rollout["id"], plain(rollout["version"]), rollout["state"], total(rollout, "confirmed")]
    parts += [total(rollout, "total"), f"{at:%Y-%m-%d %H:%M}"]
    return "\t".join(map(str, parts + [plain(rollout["reason"])] * bool(rollout["reason"])))


def begun(rollout: Rollout) -> list[str]:
    """What will happen."""
    sizes = ", ".join(str(wave["total"]) for wave in rollout["waves"])
    boards = ", ".join(map(plain, rollout["boards"]))
    said = [f"Rollout {rollout['id']} of {plain(rollout['version'])} to {boards}: waves of {sizes} devices."]
    if rollout["skipped"]:
        said.append(f"Left out: {rollout['skipped']} that have rolled back from it (--again).")
    return [*said, f"'twig rollout watch {rollout['id']}' follows it, 'twig rollout stop' ends it at once."]


def about(rollout: Rollout, names: Mapping[str, str]) -> list[str]:
    """A rollout in lines: its state, its waves, and the devices that do not have the release."""
    said = [head(rollout)]
    said += [f"  wave {number}: {figures(wave)}" for number, wave in enumerate(rollout["waves"], 1)]
    others = [one for one in rollout["devices"] if one["state"] not in ("confirmed", "pending")]
    for one in others[:SHOWN]:
        name = plain(names.get(one["guid"]) or one["guid"])
        said.append(f"  {name} (wave {one['wave']}): {progress.words(one['state'])}")
    if len(others) > SHOWN:
        said.append(f"  and {len(others) - SHOWN} more; --json lists all")
    return said


def head(rollout: Rollout) -> str:
    """Number, version, boards, state and why."""
    boards = ", ".join(map(plain, rollout["boards"]))
    why = f": {plain(rollout['reason'])}" if rollout["reason"] else ""
    return f"Rollout {rollout['id']} of {plain(rollout['version'])} to {boards}, {rollout['state']}{why}"


def figures(wave: dict[str, Any]) -> str:
    """How the devices of a wave fare, without what is none."""
    named = {
        "confirmed": "confirmed",
        "active": "under way",
        "pending": "not offered it yet",
        "offline": "of them offline",
        "refused": "refused or missing",
        "rolled_back": "rolled back",
    }
    counts = [f"{wave[name]} {words}" for name, words in named.items() if wave[name]]
    return f"{wave['state']}, {wave['total']} devices: {', '.join(counts)}"


def ended(rollout: Rollout) -> str:
    """What has become of it, in one line."""
    done, count = total(rollout, "confirmed"), total(rollout, "total")
    left = total(rollout, "pending")
    late = f" {left} get it when they next come." if left and rollout["state"] == "done" else ""
    return f"{head(rollout)}. {done} of {count} devices have it.{late}"


@contextmanager
def bars(rollout: Rollout, console: Console | None = None) -> Iterator[Show]:
    """A bar for each wave on a terminal, else a line for each change; gives what is told how far it is."""
    console = console or Console(stderr=True, highlight=False)
    if not console.is_terminal:
        show_lines = _lines(console)
        show_lines(rollout)
        yield show_lines
        return
    with Progress(*COLUMNS, console=console) as shown:
        tasks = [
            shown.add_task(f"Wave {number}", total=wave["total"], note="")
            for number, wave in enumerate(rollout["waves"], 1)
        ]
        whole = shown.add_task("All", total=total(rollout, "total"), note="")

        def show(rollout: Rollout) -> None:
            for task, wave in zip(tasks, rollout["waves"], strict=True):
                shown.update(task, completed=over(wave), note=note(wave))
            fetching = f", {rollout['fetching']} fetching" if rollout["fetching"] else ""
            done = sum(map(over, rollout["waves"]))
            shown.update(whole, completed=done, note=f"{rollout['state']}{fetching}")

        show(rollout)
        yield show


def over(wave: dict[str, Any]) -> int:
    """Devices of a wave that have come to an end."""
    return int(wave["confirmed"] + wave["refused"] + wave["rolled_back"])


def note(wave: dict[str, Any]) -> str:
    """What a wave's bar does not say."""
    named = {"active": "under way", "offline": "offline", "refused": "refused", "rolled_back": "rolled back"}
    parts = [f"{wave[name]} {words}" for name, words in named.items() if wave[name]]
    return ", ".join([*parts, *(["pause"] if wave["state"] == "pausing" else [])])


def _lines(console: Console) -> Show:
    """What prints each change of the figures once."""
    last: list[str] = []

    def show(rollout: Rollout) -> None:
        now = [
            head(rollout),
            *(f"wave {number}: {figures(wave)}" for number, wave in enumerate(rollout["waves"], 1)),
        ]
        for new in [each for each in now if each not in last]:
            console.print(Text(new), soft_wrap=True)
        last[:] = now

    return show
