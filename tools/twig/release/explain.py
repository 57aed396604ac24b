"""What the names in a chip's tracebacks are in the sources: the table of an image, and its reader."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

# Where tracebacks and messages of the interpreter name something.
SHOWN = re.compile(
    r'(?<=File ")(?P<module>[\w.]+)(?=", )|(?:(?<=, in )|(?<=name \'))(?P<variable>\w+)'
    r"|(?:(?<=attribute ')|(?<=argument '))(?P<member>\w+)|(?<=')(?P<type>\w+)(?=' object)"
)


@dataclass(frozen=True)
class Names:
    """New name -> old: `shared` by all modules; `own`, by a module's new name: globals that it alone spells;
    `modules`: their names."""

    shared: dict[str, str] = field(default_factory=dict)
    own: dict[str, dict[str, str]] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)

    def __or__(self, other: "Names") -> "Names":
        return Names(self.shared | other.shared, self.own | other.own, self.modules | other.modules)

    def raw(self) -> dict[str, Any]:
        """For a JSON file; `parse` reads it."""
        return asdict(self)

    def module(self, old: str) -> str:
        """What a module of the sources, as `fw_serve`, is called on the chip."""
        return next((new for new, name in self.modules.items() if name == old), old)

    def renamed(self, module: str = "") -> dict[str, str]:
        """Old name -> new, as the module of that old name spells them; without one only those of all."""
        own = self.own.get(self.module(module), {})
        return {old: new for table in (self.shared, own) for new, old in table.items()}


def parse(raw: Any) -> Names:
    """The table that `Names.raw` has made; ValueError for anything else."""
    try:
        own = {name: dict(table) for name, table in raw["own"].items()}
        return Names(dict(raw["shared"]), own, dict(raw["modules"]))
    except (TypeError, KeyError, AttributeError):
        raise ValueError("no table of names") from None


class Reader:
    """Reads a console with the names of the sources; it remembers the module that a traceback named last."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._own: Mapping[str, str] = {}

    def read(self, text: str) -> str:
        """The next piece of the console, in whole lines."""
        return SHOWN.sub(self._old, text)

    def _old(self, match: re.Match[str]) -> str:
        shown = match[0]
        if match["module"]:
            self._own = self.names.own.get(shown, {})
            return self.names.modules.get(shown, shown)
        if match["variable"] and shown in self._own:
            return self._own[shown]
        return self.names.shared.get(shown, shown)
