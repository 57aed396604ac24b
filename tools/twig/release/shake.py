"""Leaves out of asyncio what nothing in a slot can reach, by name: a name that is spelled anywhere stays."""

import ast
from collections.abc import Iterable, Iterator

from twig.release.sources import Source
from twig.release.strip import drop_imports, fill, loads, local_name

PACKAGE = "asyncio"
INIT = PACKAGE
# The table of `asyncio/__init__.py` that says which part defines a name, and the function that reads it.
TABLE, LOADER = "_attrs", "__getattr__"
# What C code looks up: _asyncio in the globals of `core`, Task.cancel() at what a task waits for.
FOR_C = {"cur_task", "_task_queue", "CancelledError", "remove"}
# Classes that code outside `core` can have only through these names. While it spells none of them, members
# stay that the class itself is asked for: `Loop.call_exception_handler`.
HANDED_OUT = {"Loop": {"Loop", "get_event_loop", "new_event_loop"}}

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def shake(parts: list[Source], users: Iterable[Source]) -> list[Source]:
    """The parts of asyncio that are needed by the modules `users`, trimmed in place."""
    outside = {name for source in users for name in spelled(source.tree)}
    init = next(source for source in parts if source.name == INIT)
    needed = {INIT, f"{PACKAGE}.core", *_trim_table(init, outside)}
    kept = [source for source in parts if source.name in needed]
    for source in kept:
        _drop_fallbacks(source, {each.name.rpartition(".")[2] for each in kept})
    used = _reach(kept, outside)
    for source in kept:
        _Trimmer(used, outside).visit(source.tree)
    for source in kept:
        others = {name for each in kept if each is not source for name in spelled(each.tree)}
        _drop_unused_imports(source, outside | others)
        ast.fix_missing_locations(source.tree)
    return kept


def spelled(tree: ast.AST, names: bool = False) -> Iterator[str]:
    """Attributes, imported names and words in texts, by which other modules are reached; own `names` too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield from node.name.split(".")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from node.value.split(".")
        elif names and isinstance(node, ast.Name):
            yield node.id
            if node.id in HANDED_OUT:
                yield node.id + "."
        elif names and isinstance(node, ast.Global):
            yield from node.names


def _trim_table(init: Source, outside: set[str]) -> set[str]:
    """Reduce the table to the names that are spelled; the modules that define them."""
    needed: set[str] = set()
    for statement in list(init.tree.body):
        if not isinstance(statement, ast.Assign) or TABLE not in _names(statement):
            continue
        table = statement.value
        assert isinstance(table, ast.Dict)
        pairs = [(key, value) for key, value in zip(table.keys, table.values, strict=True)]
        pairs = [pair for pair in pairs if ast.literal_eval(pair[0] or pair[1]) in outside]
        table.keys, table.values = [key for key, _ in pairs], [value for _, value in pairs]
        needed = {f"{PACKAGE}.{ast.literal_eval(value)}" for _, value in pairs}
        if not pairs:
            gone = {TABLE, LOADER}
            init.tree.body = [each for each in init.tree.body if not gone & set(_names(each))]
    return needed


def _drop_fallbacks(source: Source, parts: set[str]) -> None:
    """`try: from _asyncio ...; except: from .task ...`, where the slot has no `task`, becomes the import."""
    for index, statement in enumerate(source.tree.body):
        if isinstance(statement, ast.Try) and statement.handlers:
            bodies = [each for handler in statement.handlers for each in handler.body]
            if all(
                isinstance(each, ast.ImportFrom) and each.level and each.module not in parts
                for each in bodies
            ):
                source.tree.body[index : index + 1] = statement.body


def _names(statement: ast.stmt) -> list[str]:
    """What a definition or plain assignment defines; [] for a statement that always stays."""
    if isinstance(statement, Definition):
        return [statement.name]
    if isinstance(statement, ast.Assign) and all(isinstance(each, ast.Name) for each in statement.targets):
        return [each.id for each in statement.targets if isinstance(each, ast.Name)]
    return []


def _reach(parts: list[Source], outside: set[str]) -> set[str]:
    """All names that what stays spells, itself included: to a fixed point."""
    used = outside | FOR_C
    while True:
        found = set(used)
        for source in parts:
            for statement in source.tree.body:
                found.update(_spelled_when_kept(statement, used, outside))
        if found == used:
            return used
        used = found


def _spelled_when_kept(statement: ast.stmt, used: set[str], outside: set[str]) -> Iterator[str]:
    if not _stays(statement, used):
        return
    if isinstance(statement, ast.ClassDef):
        for base in statement.bases:
            yield from spelled(base, names=True)
        for member in statement.body:
            if _member_stays(statement.name, member, used, outside):
                yield from _own(member)
    else:
        yield from _own(statement)


def _own(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in HANDED_OUT
        ):
            yield f"{node.value.id}.{node.attr}"
    yield from spelled(statement, names=True)


def _stays(statement: ast.stmt, used: set[str]) -> bool:
    names = _names(statement)
    return not names or LOADER in names or bool(used & set(names))


def _member_stays(owner: str, member: ast.stmt, used: set[str], outside: set[str]) -> bool:
    names = _names(member)
    if not names or names[0].startswith("__"):
        return True
    if owner in HANDED_OUT and not HANDED_OUT[owner] & outside:
        return any(f"{owner}.{name}" in used for name in names)
    return bool(used & set(names))


class _Trimmer(ast.NodeTransformer):
    def __init__(self, used: set[str], outside: set[str]) -> None:
        self.used = used
        self.outside = outside

    def visit_Module(self, node: ast.Module) -> ast.AST:
        node.body = [each for each in node.body if _stays(each, self.used)]
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.body = [each for each in node.body if _member_stays(node.name, each, self.used, self.outside)]
        return fill(node)


def _drop_unused_imports(source: Source, used: set[str]) -> None:
    bound = {
        local_name(alias)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    drop_imports(source.tree, bound - loads(source.tree) - used - {"*"})
