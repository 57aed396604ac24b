"""The slot image: one ROMFS file with the firmware, asyncio and the wanted libraries as .mpy modules."""

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from mpremote.romfs import VfsRomWriter

from twig.release import places, private, room
from twig.release.bindings import imports
from twig.release.bundle import bundle
from twig.release.compile import compile_source
from twig.release.errors import ReleaseError
from twig.release.flatten import flatten
from twig.release.shake import shake
from twig.release.single import single
from twig.release.sources import Source, parse
from twig.release.strip import strip
from twig.release.unused import drop_unused

MOST_BLOCKS = room.MOST_BLOCKS
# What the firmware can need of asyncio; its __init__ imports each when a name of it is first used.
ASYNCIO = ("__init__", "core", "event", "funcs", "lock", "stream")


def blocks(data: bytes) -> int:
    """Flash blocks that littlefs needs for a file of more than 128 bytes."""
    return room.blocks(len(data))


def slot_files(sources: Iterable[Source], mpy_cross: Path) -> dict[str, bytes]:
    """Path in the slot -> .mpy."""
    return {_path(source): compile_source(source, mpy_cross) for source in sources}


def slot_sources(sources: dict[str, Source], asyncio: Path, libraries: Mapping[str, Path]) -> list[Source]:
    """The modules of a slot: prepared sources but those outside, asyncio, and libraries by dotted names."""
    check_imports(sources)
    check_calls(sources)
    bundles = bundle({name: each for name, each in sources.items() if not is_outside(name)})
    drop_unused(bundles, [each for name, each in sources.items() if is_outside(name)])
    found = list(bundles.values())
    flatten({**sources, **bundles}, found)
    found += [parse(name, path, path.name == "__init__.py") for name, path in libraries.items()]
    loop = [_part(part, asyncio) for part in ASYNCIO]
    for source in [*found, *loop]:
        strip(source)
    outside = [source for source in sources.values() if is_outside(source.name)]
    return found + single(shake(loop, [*found, *outside]), found)


def _part(part: str, asyncio: Path) -> Source:
    name = "asyncio" if part == "__init__" else f"asyncio.{part}"
    return parse(name, asyncio / f"{part}.py", part == "__init__")


def pack(files: Mapping[str, bytes]) -> bytes:
    """The ROMFS image of the files: the same bytes for the same files. ReleaseError above MOST_BLOCKS."""
    writer = VfsRomWriter()
    _pack_folder(writer, _tree(files))
    image = bytes(writer.finalise())
    if blocks(image) > MOST_BLOCKS:
        raise ReleaseError(f"the slot image takes {blocks(image)} blocks, and a slot holds {MOST_BLOCKS}")
    return image


def is_outside(name: str) -> bool:
    """Whether a module lives outside the slots: at the root of the file system, never updated."""
    package, _, bare = name.rpartition(".")
    return name in places.SCRIPTS or (package == "firmware" and bare in places.OUTSIDE)


def check_imports(sources: dict[str, Source]) -> None:
    """SourceError for a module that imports what the image has not, or outside a slot what is in one."""
    for source in sources.values():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                _check_import(source, node, sources)


def check_calls(sources: dict[str, Source]) -> None:
    """SourceError for a call by texts (`lazy`) of what a module only imports: a later pass would drop it."""
    for source in sources.values():
        for module, text in private.calls(source.tree, set(sources)):
            name = str(text.value)
            if name not in _defined(sources[module].tree):
                raise source.error(text, f"calls {module}.{name}, which that module does not define")


def _defined(tree: ast.Module) -> set[str]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {node.name for node in ast.walk(tree) if isinstance(node, kinds)}


def _check_import(source: Source, node: ast.Import | ast.ImportFrom, sources: dict[str, Source]) -> None:
    part = Source(source.name, source.path, ast.Module([node], []), source.package)
    wanted = {name for name in imports(part) if name.split(".")[0] == "firmware"}
    if not wanted or any(name.endswith(places.CPYTHON_SUFFIX) for name in wanted):
        return
    if not any(name in sources for name in wanted):
        packages = {name.rpartition(".")[0] for name in sources}
        missing = min((name for name in wanted if name not in packages), key=len, default=min(wanted))
        raise source.error(node, f"imports {missing}, which is not in the image")
    inside = any(name in sources and not is_outside(name) for name in wanted)
    if inside and is_outside(source.name) and source.name not in places.SCRIPTS:
        raise source.error(node, "a module outside the slots must not import one inside")


def _path(source: Source) -> str:
    return source.name.replace(".", "/") + ("/__init__.mpy" if source.package else ".mpy")


def _tree(files: Mapping[str, bytes]) -> dict[str, object]:
    root: dict[str, object] = {}
    for name in sorted(files):
        path = PurePosixPath(name)
        folder = root
        for part in path.parts[:-1]:
            folder = folder.setdefault(part, {})  # type: ignore[assignment]
        folder[path.name] = files[name]
    return root


def _pack_folder(writer: VfsRomWriter, folder: Mapping[str, object]) -> None:
    for name, content in sorted(folder.items()):
        if isinstance(content, dict):
            writer.opendir(name)
            _pack_folder(writer, content)
            writer.closedir()
        else:
            writer.mkfile(name, content)
