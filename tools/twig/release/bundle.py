"""Merges the modules of a slot that are loaded together: each costs about 200 bytes of heap by itself.

A bundle is a root and what its top-level imports need. Those of RESIDENT stay in memory; every module that is
loaded by name (`lazy`) or inside a function is the root of another, which shares the resident ones.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping

from twig.release import bindings
from twig.release.merge import Merger
from twig.release.scopes import top_level
from twig.release.sources import Source

# In the order in which they are loaded.
RESIDENT = ("firmware.modes.run", "firmware.modes.serve")


def bundle(inside: Mapping[str, Source], resident: Iterable[str] = RESIDENT) -> dict[str, Source]:
    """The bundles by the dotted names of their roots; the trees of `inside` are used up."""
    placed: dict[str, Merger] = {}
    found: dict[str, Source] = {}
    for root in [name for name in resident if name in inside]:
        members = [name for name in closure(root, inside) if name not in placed]
        merger = Merger(root, members, inside, placed)
        placed.update(dict.fromkeys(members, merger))
        found[root] = merger.merge()
    for root in sorted(_roots(inside) - placed.keys()):
        members = [name for name in closure(root, inside) if name not in placed]
        found[root] = Merger(root, members, inside, placed).merge()
    return found


def closure(root: str, inside: Mapping[str, Source]) -> list[str]:
    """The root behind all modules that its top-level imports need, each behind those that it needs."""
    ordered: list[str] = []
    _visit(root, inside, ordered, set())
    return ordered


def _visit(name: str, inside: Mapping[str, Source], ordered: list[str], seen: set[str]) -> None:
    if name in seen:
        return
    seen.add(name)
    for statement in top_level(inside[name].tree):
        for wanted in _imported(inside[name], statement, inside):
            _visit(wanted, inside, ordered, seen)
    ordered.append(name)


def _imported(source: Source, node: ast.AST, inside: Mapping[str, Source]) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom):
        module = bindings.absolute(source, node)
        for alias in node.names:
            inner = f"{module}.{alias.name}"
            if inner in inside or module in inside:
                yield inner if inner in inside else module
    elif isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in inside)


def _roots(inside: Mapping[str, Source]) -> set[str]:
    """Modules that are named in texts or imported inside functions, and those that nobody imports."""
    found: set[str] = set()
    imported: set[str] = set()
    for source in inside.values():
        first = {id(each) for each in top_level(source.tree)}
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Constant) and node.value in inside:
                found.add(str(node.value))
            wanted = set(_imported(source, node, inside))
            imported |= wanted
            if id(node) not in first:
                found |= wanted
    return found | (inside.keys() - imported)
