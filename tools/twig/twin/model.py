"""What a plug's hardware is like: read from the board's module without running it."""

import ast
from dataclasses import dataclass
from functools import cache
from typing import Any

from twig.errors import TwigError
from twig.release import sources
from twig.release.places import FIRMWARE


class ModelUnknown(TwigError):
    """There is no board of that name."""


@dataclass(frozen=True)
class Model:
    """Pins as (GPIO, level): relays by the level that is on, button while pressed, LED while lit."""

    name: str
    relays: tuple[tuple[int, int], ...]
    button: tuple[int, int] | None
    led: tuple[int, int] | None


@cache
def model(name: str) -> Model:
    """The model of that name; ModelUnknown lists those that exist."""
    if name not in sources.boards():
        raise ModelUnknown(f"no model {name!r}; there are: {', '.join(sources.boards())}")
    values = _values(name)
    return Model(name, tuple(values["RELAYS"]), values.get("BUTTON"), values.get("LED"))


def _values(name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    tree = ast.parse((FIRMWARE / "board" / f"{name}.py").read_text("utf-8"))
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            try:
                found[statement.targets[0].id] = ast.literal_eval(statement.value)
            except ValueError:
                continue  # a call, or a name: nothing that pins are described by
    return found
