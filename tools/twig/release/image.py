"""The image that is flashed: what its files are and how they are made."""

import ast
import hashlib
from collections.abc import Mapping
from pathlib import Path

from twig.hardware import check
from twig.release import assets, parts, places, sources
from twig.release.bundle import RESIDENT, reached
from twig.release.compile import compile_source
from twig.release.errors import ReleaseError
from twig.release.explain import Names
from twig.release.inline import prepare
from twig.release.modules import shorten
from twig.release.names import rename
from twig.release.parameters import reuse
from twig.release.parts import Parts
from twig.release.settle import literals
from twig.release.slot import is_outside, pack, slot_files, slot_sources
from twig.release.sources import Source
from twig.release.texts import lengthen
from twig.twin.runtime import Runtime, runtime

# Two slots, the largest configuration and the outbox must leave so many blocks free.
SLOT_A = "slot_a"
CONFIG = "config.json"
# Builds of this process by content of all sources.
_built: dict[str, Parts] = {}


def build(board: str, libraries: Mapping[str, Path] | None = None, chip: Runtime | None = None) -> Parts:
    """Build all parts for a board; ReleaseError when the sources do not allow it."""
    check.for_image(board)
    chip = chip or runtime()
    key = _digest(board, libraries or {}, chip)
    if key not in _built:
        _built[key] = parts.load(key) or _new(key, board, libraries, chip)
    return _built[key]


def _new(key: str, board: str, libraries: Mapping[str, Path] | None, chip: Runtime) -> Parts:
    built = _build(board, libraries, chip)
    parts.keep(key, built)
    return built


def _build(board: str, libraries: Mapping[str, Path] | None, chip: Runtime) -> Parts:
    found = sources.firmware(board)
    this = literals(found[places.THIS_BOARD].tree)
    for name, chip_name in places.CHIP_ONLY.items():
        if this["CHIP"] != chip_name:
            found.pop(name, None)
    pages = assets.pages(this)  # `prepare` leaves out what pages ask for
    prepared = _used(prepare(found))
    inside = slot_sources(prepared, chip.asyncio, libraries or {})
    outside = [source for source in prepared.values() if is_outside(source.name)]
    fixed = [source for source in outside if source.name not in places.SCRIPTS]
    names = _rename_private(fixed, [*inside, *outside]) | rename(inside, outside)
    reuse(inside, outside)
    reuse(fixed, [*inside, *(source for source in outside if source not in fixed)])
    lengthen(inside, outside)
    names = shorten(inside, outside, names)
    slot = {**slot_files(inside, chip.mpy_cross), **pages}
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


def _used(prepared: dict[str, Source]) -> dict[str, Source]:
    """What lies outside the slots and what the modes can load: the rest would only take room."""
    outside = {name for name in prepared if is_outside(name)}
    used = outside | reached([name for name in RESIDENT if name in prepared], prepared)
    return {name: source for name, source in prepared.items() if name in used}


def _rename_private(fixed: list[Source], users: list[Source]) -> Names:
    """Rename what is private in each of the modules that are never updated; SourceError where it is used."""
    for user in users:
        _check_private(user, {_bare(source) for source in fixed})
    own = {}
    for source in fixed:
        found = rename([source], [], underscored=True)
        own[_bare(source)] = {**found.shared, **found.own.get(source.name, {})}
    return Names({}, own)


def _check_private(user: Source, modules: set[str]) -> None:
    for node in ast.walk(user.tree):
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
            continue
        # `bundle` may have given a second import of the module a name of its own.
        if node.attr.startswith("_") and node.value.id.rstrip("_") in modules:
            raise user.error(node, f"{node.value.id}.{node.attr} is private")


def _bare(source: Source) -> str:
    return source.name.rsplit(".", 1)[-1]


def _digest(board: str, libraries: Mapping[str, Path], chip: Runtime) -> str:
    """Of everything that the image depends on, this package's code too."""
    digest = hashlib.sha256(board.encode())
    builder = [path for path in sorted(Path(__file__).parent.iterdir()) if path.is_file()]
    paths = [*sorted(places.FIRMWARE.rglob("*.py")), *(places.ROOT / f"{name}.py" for name in places.SCRIPTS)]
    paths += [*assets.sources(), *libraries.values(), *sorted(chip.asyncio.glob("*.py")), chip.mpy_cross]
    for path in [*builder, *paths]:
        digest.update(str(path).encode())
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()
