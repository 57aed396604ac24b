"""Runs the measurements, prints the table, writes build/bench.json."""

import json
import os
import platform
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from rich.console import Console
from rich.table import Table

from tests_host.bench.place import Place
from tests_host.bench.results import MET, MISSED, NOT_MEASURED, Result, shown
from twig.errors import TwigError

COLOURS = {MISSED: "red", NOT_MEASURED: "red", MET: "green"}


def run(modules: Sequence[ModuleType], folder: Path, console: Console) -> list[Result]:
    """The results of all, in order."""
    found: list[Result] = []
    for module in modules:
        begin, title = time.monotonic(), str(module.__doc__).splitlines()[0]
        with console.status(title):
            found += measured(module, Place(folder / module.__name__.rpartition(".")[2]))
        console.print(f"{time.monotonic() - begin:5.0f} s  {title}", style="dim", soft_wrap=True)
    return found


def measured(module: ModuleType, place: Place) -> list[Result]:
    """The module's results, or rows that say why there are none."""
    try:
        return list(module.measure(place))
    except Exception as error:  # whatever it is, its rows say so and the others are measured
        reason = error.text if isinstance(error, TwigError) else repr(error)
        return [row.missing(reason) for row in module.ROWS]


def report(results: Sequence[Result]) -> dict[str, Any]:
    """The content of build/bench.json."""
    names = [line.partition(":")[2].strip() for line in _cpuinfo() if line.startswith("model name")]
    machine = {
        "cores": os.cpu_count(),
        "processor": (names or [platform.machine()])[0],
        "python": platform.python_version(),
        "load": [round(each, 2) for each in os.getloadavg()],
    }
    made = datetime.now(UTC).isoformat(timespec="seconds")
    rows = [{**each.json(), "made": made} for each in results]
    return {"made": made, "machine": machine, "results": rows}


def merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The old report with the rows that were measured again; each row says when it was made."""
    rows = {each["key"]: each for each in new["results"]}
    return {**old, "results": [rows.get(each["key"], each) for each in old["results"]]}


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


def write(path: Path, content: dict[str, Any]) -> None:
    """Replace the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


def table(results: Sequence[Result]) -> Table:
    """For people."""
    made = Table("what", box=None, pad_edge=False)
    for name in ("measured", "limit", "goal"):
        made.add_column(name, justify="right")
    made.add_column("verdict")
    for each in results:
        row = each.row
        cells = [shown(each.value, row.unit), shown(row.limit), shown(row.goal)]
        verdict = f"{each.verdict}: {each.problem}" if each.problem else each.verdict
        made.add_row(row.what, *cells, verdict, style=COLOURS.get(each.verdict))
    return made
