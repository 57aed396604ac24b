"""The image that is flashed: what its files are and how they are made."""

import ast
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from twig.release import flash, places, sources
from twig.release.compile import compile_source
from twig.release.errors import ReleaseError
from twig.release.inline import prepare
from twig.release.names import rename
from twig.release.slot import is_outside, pack, slot_files, slot_sources
from twig.release.sources import Source
from twig.twin.runtime import Runtime, runtime

# Two slots, the largest configuration and the outbox must leave so many blocks free.
SLOT_A = "slot_a"
CONFIG = "config.json"
# Builds of this process by content of all sources: twenty plugs of a test compile once.
_built: dict[str, "Parts"] = {}


@dataclass(frozen=True)
class Parts:
    """`files`: the root of the file system, without configuration; `slot`: the modules inside slot A;
    `names`: what renamed names in its tracebacks are in the sources."""

    board: str
    files: dict[str, bytes]
    slot: dict[str, bytes]
    names: dict[str, str]

    def image(self, extra: Mapping[str, bytes] | None = None) -> bytes:
        """The littlefs image, 98 blocks of 4,096 bytes, to be flashed at 0x99000."""
        return flash.make({**self.files, **(extra or {})})

    def full(self, extra: Mapping[str, bytes] | None = None) -> bytes:
        """One MiB of flash content for a twin."""
        return flash.full({**self.files, **(extra or {})})


def build(board: str, libraries: Mapping[str, Path] | None = None, chip: Runtime | None = None) -> Parts:
    """Build all parts for a board; ReleaseError when the sources do not allow it."""
    chip = chip or runtime()
    key = _digest(board, libraries or {}, chip)
    if key not in _built:
        _built[key] = _build(board, libraries, chip)
    return _built[key]


def _build(board: str, libraries: Mapping[str, Path] | None, chip: Runtime) -> Parts:
    prepared = prepare(sources.firmware(board))
    inside = slot_sources(prepared, chip.asyncio, libraries or {})
    names = rename(inside, [source for source in prepared.values() if is_outside(source.name)])
    slot = slot_files(inside, chip.mpy_cross)
    files = {}
    for script in places.SCRIPTS:
        if script not in prepared:
            raise ReleaseError(f"{script}.py is missing at the root of the checkout")
        files[f"{script}.py"] = (ast.unparse(prepared[script].tree) + "\n").encode()
    for source in prepared.values():
        if is_outside(source.name) and source.name not in places.SCRIPTS:
            files[_bare(source) + ".mpy"] = compile_source(source, chip.mpy_cross)
    files[SLOT_A] = pack(slot)
    return Parts(board, files, slot, names)


def _bare(source: Source) -> str:
    return source.name.rsplit(".", 1)[-1]


def _digest(board: str, libraries: Mapping[str, Path], chip: Runtime) -> str:
    """Of everything that the image depends on."""
    digest = hashlib.sha256(board.encode())
    paths = [*sorted(places.FIRMWARE.rglob("*.py")), *(places.ROOT / f"{name}.py" for name in places.SCRIPTS)]
    for path in [*paths, *libraries.values(), *sorted(chip.asyncio.glob("*.py")), chip.mpy_cross]:
        digest.update(str(path).encode())
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()
