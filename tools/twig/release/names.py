"""Gives the firmware's own names those that lie in the chip's ROM anyway, since every other name costs heap.

MicroPython keeps the names of functions, attributes and arguments of loaded modules for good, about 20 bytes
each: without this pass a fifth of the ESP8266's heap. A slot is a closed world: what is defined in it
is used in it only. `explain` makes its tracebacks readable again."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from twig.release import private
from twig.release.explain import Names
from twig.release.sources import Source

# The compiler takes a call of this name for its own `const()`.
COMPILER = {"const"}
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


def rename(slot: Iterable[Source], outside: Iterable[Source], underscored: bool = False) -> Names:
    """Rename in the trees of a slot. What is in modules `outside` keeps its name.
    `underscored`: names with an underscore only, since slots to come may use the others."""
    slot, outside = list(slot), list(outside)
    fixed = ROM | _fixed(slot, outside)
    used = {name for source in slot for name in _words(source.tree)}
    wanted = [name for name in _defined(slot) if name not in fixed and not name.startswith("__")]
    if underscored:
        wanted = [name for name in wanted if name.startswith("_")]
    own = private.candidates(slot) & set(wanted)
    shared = dict(zip([name for name in wanted if name not in own], usable(used), strict=False))
    for source in slot:
        _Renamer(shared).visit(source.tree)
    tables = {source.name: private.share(source, own, usable(set(_words(source.tree)))) for source in slot}
    private.rename_calls(slot, shared, tables)
    return Names(_turned(shared), {name: _turned(table) for name, table in tables.items() if table})


def usable(spelled: set[str]) -> list[str]:
    """Names in ROM that a module may give away, the short ones first; `spelled` are those that it needs."""
    free = ROM - spelled - PROTOCOLS - COMPILER
    return sorted((name for name in free if not name.startswith("_")), key=lambda name: (len(name), name))


def _turned(table: dict[str, str]) -> dict[str, str]:
    return {new: old for old, new in table.items()}


def _fixed(slot: list[Source], outside: Iterable[Source]) -> set[str]:
    """Names that are also spelled in texts, by modules outside, in paths of modules, or shown to people."""
    found = {name for source in outside for name in _words(source.tree)}
    modules = {source.name for source in slot}
    for source in slot:
        found.update(source.name.split("."))
        renamed = {id(text) for _, text in private.calls(source.tree, modules)}
        for node in ast.walk(source.tree):
            if id(node) not in renamed:
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


def _defined(slot: list[Source]) -> list[str]:
    """Names that stay in the heap, those of the first modules first: locals but arguments do not."""
    names = (name for source in slot for name in [*_globals(source.tree.body), *_inner(source.tree)])
    return list(dict.fromkeys(names))


def _globals(body: list[ast.stmt]) -> Iterator[str]:
    """What statements outside functions bind, in classes too."""
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            yield from _globals(statement.body)
        elif not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(statement):
                if isinstance(node, ast.alias) and node.asname:
                    yield node.asname
                elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    yield node.id


def _inner(tree: ast.Module) -> Iterator[str]:
    """Functions, classes, arguments, attributes and declared globals."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.Global):
            yield from node.names


def identifiers(tree: ast.AST) -> Iterator[str]:
    """All names of a tree that are no texts, parts of dotted ones by themselves."""
    for node in ast.walk(tree):
        for field in ("id", "attr", "name", "arg", "asname", "module"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                yield from value.split(".")
        if isinstance(node, ast.Global | ast.Nonlocal):
            yield from node.names


def texts(tree: ast.AST) -> Iterator[str]:
    """All texts of a tree."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _words(tree: ast.AST) -> Iterator[str]:
    yield from identifiers(tree)
    for text in texts(tree):
        yield from text.split(".")


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
