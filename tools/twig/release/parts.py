"""The parts of an image, and a store of those built before: a build walks all sources for some seconds."""

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from twig.hardware import check
from twig.hardware.chips import Layout
from twig.release import explain, flash, places
from twig.release.explain import Names

STORE = places.BUILD / "image"
# Boards times a few versions; older ones are built again when they are wanted.
MOST_KEPT = 48
KINDS = ("files", "slot")


@dataclass(frozen=True)
class Parts:
    """`files`: the root of the file system, without configuration; `slot`: modules and pages inside slot A;
    `names`: what renamed names in its tracebacks are in the sources."""

    board: str
    files: dict[str, bytes]
    slot: dict[str, bytes]
    names: Names

    @property
    def layout(self) -> Layout:
        """Of the flash of the board's chip."""
        return check.board(self.board).chip.layout

    def image(self, extra: Mapping[str, bytes] | None = None) -> bytes:
        """The littlefs image, to be flashed where the layout says."""
        return flash.make({**self.files, **(extra or {})}, self.layout)

    def full(self, extra: Mapping[str, bytes] | None = None) -> bytes:
        """The content of a twin's whole flash."""
        return flash.full({**self.files, **(extra or {})}, self.layout)


def load(key: str, store: Path | None = None) -> Parts | None:
    """Parts that were kept under that key; None when there are none, or not whole."""
    path = (store or STORE) / f"{key}.json"
    try:
        raw: dict[str, Any] = json.loads(path.read_text("utf-8"))
        files, slot = ({name: base64.b64decode(data) for name, data in raw[kind].items()} for kind in KINDS)
        return Parts(raw["board"], files, slot, explain.parse(raw["names"]))
    except (OSError, ValueError, KeyError):
        return None


def keep(key: str, parts: Parts, store: Path | None = None) -> None:
    """Keep parts under a key, and of all only the newest."""
    folder = store or STORE
    folder.mkdir(parents=True, exist_ok=True)
    raw = asdict(parts)
    for kind in KINDS:
        raw[kind] = {name: base64.b64encode(data).decode() for name, data in raw[kind].items()}
    scratch = folder / f"{key}.{os.getpid()}.new"
    scratch.write_text(json.dumps(raw), "utf-8")
    scratch.replace(folder / f"{key}.json")
    kept = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
    for path in kept[:-MOST_KEPT]:
        path.unlink(missing_ok=True)
