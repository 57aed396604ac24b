"""A plug's files, changed from outside while it is off: a littlefs in flash.bin, or a folder for CPython."""

import json
from pathlib import Path
from typing import Any, Protocol

from twig.release import explain, flash, image
from twig.release.explain import Names

CONFIG = image.CONFIG
# What renamed names in the tracebacks of this flash's firmware are in the sources.
NAMES = "names.json"


class Storage(Protocol):
    """Where a plug keeps its files."""

    def prepare(self, model: str, config: dict[str, Any]) -> bool:
        """Make it when it is not there yet, with that configuration; True when it was made now."""

    def files(self) -> dict[str, bytes]:
        """All files by path."""

    def write(self, name: str, data: bytes | None) -> None:
        """Replace a file, or remove it."""


class Flash:
    """flash.bin, made from an image of the present sources when the plug is started first."""

    def __init__(self, data: Path) -> None:
        self.path = data / "flash.bin"

    def prepare(self, model: str, config: dict[str, Any]) -> bool:
        """See Storage; ReleaseError when no image can be built."""
        if self.path.exists():
            return False
        scratch = self.path.with_suffix(".new")
        parts = image.build(model)
        scratch.write_bytes(parts.full({CONFIG: encode(config)}))
        self.path.with_name(NAMES).write_text(json.dumps(parts.names.raw()), "utf-8")
        scratch.rename(self.path)
        return True

    def files(self) -> dict[str, bytes]:
        """See Storage."""
        return flash.read_files(self.path)

    def write(self, name: str, data: bytes | None) -> None:
        """See Storage."""
        flash.write_file(self.path, name, data)


class Folder:
    """fs/, the working directory of the firmware under CPython."""

    def __init__(self, data: Path) -> None:
        self.path = data / "fs"

    def prepare(self, model: str, config: dict[str, Any]) -> bool:
        """See Storage."""
        if self.path.exists():
            return False
        self.path.mkdir(parents=True)
        self.write(CONFIG, encode(config))
        return True

    def files(self) -> dict[str, bytes]:
        """See Storage."""
        found = [path for path in self.path.rglob("*") if path.is_file()]
        return {str(path.relative_to(self.path)): path.read_bytes() for path in found}

    def write(self, name: str, data: bytes | None) -> None:
        """See Storage."""
        if data is None:
            (self.path / name).unlink()
        else:
            (self.path / name).write_bytes(data)


def encode(config: dict[str, Any]) -> bytes:
    """A configuration as the firmware stores it."""
    return json.dumps(config, ensure_ascii=False).encode()  # MicroPython keeps halves of escaped pairs


def names(data: Path) -> Names:
    """The table of NAMES; empty where the firmware runs from its sources."""
    path = data / NAMES
    return explain.parse(json.loads(path.read_text("utf-8"))) if path.exists() else Names()


def merge(storage: Storage, changes: dict[str, Any]) -> None:
    """Put changed settings into the configuration; one that cannot be read is left to the firmware."""
    try:
        config = json.loads(storage.files().get(CONFIG, b"{}"))
    except ValueError:
        return
    if isinstance(config, dict) and any(config.get(key) != value for key, value in changes.items()):
        storage.write(CONFIG, encode({**config, **changes}))
