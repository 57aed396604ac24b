"""Gives the firmware's own names those that lie in the chip's ROM anyway, since every other name costs heap.

MicroPython keeps the names of functions, attributes and arguments of loaded modules for good, about 20 bytes
each: without this pass a fifth of the ESP8266's heap. A slot is a closed world: what is defined in it
is used in it only. The table that comes with an image makes its tracebacks readable again."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from twig.release.sources import Source

# Every name in the ROM of MicroPython 1.25 with the ESP8266's settings, as the twin's build lists them.
ROM = frozenset(Path(__file__).with_name("rom_names.txt").read_text("utf-8").split())
# The interpreter looks these up by itself on objects of any class: nothing of ours may bear them by accident.
PROTOCOLS = {
    *("format", "read", "readinto", "readline", "write", "ioctl", "send", "throw", "close", "pend_throw"),
    *("keys", "items", "values", "update", "append", "next", "self", "main", "path", "modules", "value"),
    *(
        "mount",
        "umount",
        "stat",
        "statvfs",
        "open",
        "chdir",
        "getcwd",
        "ilistdir",
        "mkdir",
        "remove",
        "rename",
    ),
    *("rmdir", "readblocks", "writeblocks", "coro", "data", "state", "done", "ph_key", "callback"),
}
# Where tracebacks and messages of the interpreter name something.
SHOWN = re.compile(
    r"(?<=, in )\w+$|(?<=attribute ')\w+|(?<=argument ')\w+|(?<=name ')\w+|'\w+(?=' object)", re.M
)


def rename(slot: Iterable[Source], outside: Iterable[Source], private: bool = False) -> dict[str, str]:
    """Rename in the trees of a slot; returns new name -> old. What is in modules `outside` keeps its name.
    `private`: names with an underscore only, since slots to come may use the others."""
    slot, outside = list(slot), list(outside)
    fixed = ROM | _fixed(slot, outside)
    used = {name for source in slot for name in _identifiers(source.tree)}
    wanted = sorted(name for name in _defined(slot) - fixed if not name.startswith("__"))
    free = sorted(ROM - used - PROTOCOLS, key=lambda name: (len(name), name))
    usable = [name for name in free if not name.startswith("_")]
    if private:
        wanted = [name for name in wanted if name.startswith("_")]
        others = {name for source in outside for name in _identifiers(source.tree)}
        usable = [name for name in usable if name not in others]  # one table reads all tracebacks
    table = dict(zip(wanted, usable, strict=False))
    for source in slot:
        _Renamer(table).visit(source.tree)
    return {new: old for old, new in table.items()}


def readable(text: str, names: dict[str, str]) -> str:
    """A text of the chip with the names of the sources, where the interpreter has put names."""
    return SHOWN.sub(lambda match: _original(match[0], names), text)


def _original(shown: str, names: dict[str, str]) -> str:
    quote = shown[: shown.startswith("'")]
    return quote + names.get(shown.removeprefix("'"), shown.removeprefix("'"))


def _fixed(slot: list[Source], outside: Iterable[Source]) -> set[str]:
    """Names that are also spelled in texts, by modules outside, in paths of modules, or shown to people."""
    found = {name for source in outside for name in _identifiers(source.tree)}
    modules = {source.name for source in slot}
    for source in slot:
        found.update(source.name.split("."))
        for node in ast.walk(source.tree):
            found.update(_spelled(node))
            if isinstance(node, ast.arguments) and node.kwarg:
                raise source.error(
                    node.kwarg, f"**{node.kwarg.arg}: keywords that are texts cannot be renamed"
                )
            if isinstance(node, ast.ImportFrom) and not node.level and node.module not in modules:
                found.update(alias.name for alias in node.names)
    return found | _exceptions(slot)


def _spelled(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from node.value.split(".")
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        yield from (keyword.arg or "" for keyword in node.keywords)
    elif isinstance(node, ast.Import):
        for alias in node.names:
            yield from alias.name.split(".")
    elif isinstance(node, ast.ImportFrom):
        yield from (node.module or "").split(".")


def _exceptions(slot: list[Source]) -> set[str]:
    """Classes with a base that is not of the slot: people read the names of exceptions."""
    classes = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for source in slot
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef)
    }
    found: set[str] = set()
    while True:
        more = {name for name, bases in classes.items() if any(b not in classes or b in found for b in bases)}
        if more <= found:
            return found
        found |= more


def _defined(slot: list[Source]) -> set[str]:
    return {name for source in slot for node in ast.walk(source.tree) for name in _bound(node)}


def _bound(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.alias) and node.asname:
        yield node.asname
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        yield node.attr


def _identifiers(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        for field in ("id", "attr", "name", "arg", "asname", "module"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                yield from value.split(".")
        if isinstance(node, ast.Global | ast.Nonlocal):
            yield from node.names
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from node.value.split(".")


class _Renamer(ast.NodeTransformer):
    def __init__(self, table: dict[str, str]) -> None:
        self.table = table

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for field in ("id", "attr", "name", "arg", "asname"):
            value = getattr(node, field, None)
            if isinstance(value, str) and not (isinstance(node, ast.alias) and field == "name"):
                setattr(node, field, self.table.get(value, value))
        if isinstance(node, ast.Global | ast.Nonlocal):
            node.names = [self.table.get(name, name) for name in node.names]
        return super().generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        for alias in node.names:
            old = alias.name
            alias.name = self.table.get(old, old)
            if alias.asname:
                alias.asname = self.table.get(alias.asname, alias.asname)
        return node
