"""Reads a board's file without running it: what the firmware needs, and what describes it to people."""

import ast
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from twig.hardware.chips import CHIPS, Chip
from twig.release import places, sources
from twig.release.errors import SourceError
from twig.release.settle import literals

Pin = tuple[int, int]
# How each name's value must look; the firmware reads the first seven, which land on the device.
FORMS = {
    "MODEL": "a text",
    "RELAYS": "pairs of GPIO and level, ((12, 1),)",
    "BUTTON": "a pair of GPIO and level, (0, 0), or None",
    "LED": "a pair of GPIO and level, (13, 0), or None",
    "GROUPS": "tuples of relay ids, ((1, 2),), or ()",
    "INPUTS": "GPIOs, (14,), or ()",
    "BAUD": "a number, 0 for relays on GPIOs",
    "TITLE": "a text",
    "CHIP": f"one of {', '.join(CHIPS)}",
    "FLASH_MB": "a number",
    "FREE": "GPIOs, (1, 3), or ()",
    "STRAPS": "GPIOs, (2,), or ()",
}


@dataclass(frozen=True)
class Board:
    """Pins as (GPIO, level): relays by the level that is on, button while pressed, LED while lit."""

    name: str
    relays: tuple[Pin, ...]
    button: Pin | None
    led: Pin | None
    groups: tuple[tuple[int, ...], ...]
    baud: int
    title: str
    chip: Chip
    chip_name: str
    flash_mb: int
    inputs: tuple[int, ...]
    free: tuple[int, ...]
    straps: tuple[int, ...]
    about: str = field(repr=False)
    path: Path = field(repr=False)
    lines: dict[str, int] = field(repr=False)

    def error(self, name: str, text: str) -> SourceError:
        """An error at the line that binds that name."""
        return SourceError(places.shown(self.path), self.lines.get(name, 1), f"{name}: {text}")


def read(path: Path) -> Board:
    """The board of a file; SourceError for a name that is missing, unknown or of another form."""
    tree = sources.parse(path.stem, path).tree
    values, lines = literals(tree), _lines(tree)
    for name, form in FORMS.items():
        if name not in values or not _fits(name, values[name]):
            text = f"{name} must be {form}" if name in lines else f"{name} is missing: {form}"
            raise SourceError(places.shown(path), lines.get(name, 1), text)
    for name in lines.keys() - FORMS.keys():
        raise SourceError(places.shown(path), lines[name], f"{name} is nothing that boards have")
    kept = {name.lower(): value for name, value in values.items() if name not in ("MODEL", "CHIP")}
    chip, about = CHIPS[values["CHIP"]], ast.get_docstring(tree) or ""
    return Board(
        values["MODEL"], chip=chip, chip_name=values["CHIP"], about=about, path=path, lines=lines, **kept
    )


def _lines(tree: ast.Module) -> dict[str, int]:
    found = {}
    for each in tree.body:
        if isinstance(each, ast.Assign):
            found.update({target.id: each.lineno for target in each.targets if isinstance(target, ast.Name)})
    return found


def _fits(name: str, value: Any) -> bool:
    if name in ("MODEL", "TITLE"):
        return isinstance(value, str) and bool(value)
    if name == "CHIP":
        return value in CHIPS
    if name in ("BAUD", "FLASH_MB"):
        return type(value) is int
    if name in ("BUTTON", "LED"):
        return value is None or _pair(value)
    if not isinstance(value, tuple):
        return False
    if name == "RELAYS":
        return bool(value) and all(_pair(each) for each in value)
    return all(_numbers(each) if name == "GROUPS" else type(each) is int for each in value)


def _numbers(value: Any) -> bool:
    return isinstance(value, tuple) and all(type(each) is int for each in value)


def _pair(value: Any) -> bool:
    return _numbers(value) and len(value) == 2
