"""Merges the modules of a slot that are loaded together: each costs about 200 bytes of heap by itself.

A bundle is a root and what its top-level imports need. RESIDENT stays in memory, with all that more than one
mode needs; of MODES one is in memory at a time. Every module that is loaded by name (`lazy`) or inside a
function is the root of another bundle: it shares what is resident, or of the only mode that loads it.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping

from twig.release import bindings
from twig.release.merge import Merger
from twig.release.scopes import top_level
from twig.release.sources import Source

# In the order in which they are loaded; the last one takes what more than one mode needs.
RESIDENT = ("firmware.modes.run", "firmware.modes.loop")
MODES = ("firmware.modes.serve", "firmware.modes.setup")

Placed = dict[str, Merger]


def bundle(
    inside: Mapping[str, Source], resident: Iterable[str] = RESIDENT, modes: Iterable[str] = MODES
) -> dict[str, Source]:
    """The bundles by the dotted names of their roots; the trees of `inside` are used up."""
    found: dict[str, Source] = {}
    modes = [name for name in modes if name in inside]
    common = _common(modes, inside)
    placed: Placed = {}
    roots = [name for name in resident if name in inside]
    for root in roots:
        shared = common if root == roots[-1] else []
        placed |= _place(root, inside, placed, found, shared)
    of_mode = {mode: placed | _place(mode, inside, placed, found) for mode in modes}
    early = reached(roots, inside, modes)
    of_modes = {mode: reached([mode], inside) for mode in modes}
    for root in sorted(_roots(inside) - placed.keys() - set(modes)):
        users = [of_mode[mode] for mode in modes if root in of_modes[mode]]
        if not users or not all(root in user for user in users):
            below = users[0] if len(users) == 1 and root not in early else placed
            merger = _place(root, inside, below, found)[root]
            found[root].inner = merger.inner()
    return found


def _place(
    root: str,
    inside: Mapping[str, Source],
    placed: Placed,
    found: dict[str, Source],
    more: Iterable[str] = (),
) -> Placed:
    """Make the bundle of a root without what is placed already; its members with their merger."""
    ordered: list[str] = []
    seen = set(placed)
    for name in [*more, root]:
        _visit(name, inside, ordered, seen)
    merger = Merger(root, ordered, inside, placed)
    found[root] = merger.merge()
    return dict.fromkeys(ordered, merger)


def _common(modes: list[str], inside: Mapping[str, Source]) -> list[str]:
    """What the closures of at least two modes hold, each behind what it needs."""
    closures = [closure(mode, inside) for mode in modes]
    every = [name for each in closures for name in each]
    return [name for name in dict.fromkeys(every) if every.count(name) > 1]


def reached(roots: Iterable[str], inside: Mapping[str, Source], without: Iterable[str] = ()) -> set[str]:
    """All modules that these can load, by imports and by names in texts; not through those of `without`."""
    found: set[str] = set()
    pending = list(roots)
    while pending:
        name = pending.pop()
        if name not in found and name not in without:
            found.add(name)
            pending += _wanted(inside[name], inside)
    return found


def _wanted(source: Source, inside: Mapping[str, Source]) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and node.value in inside:
            yield str(node.value)
        yield from _imported(source, node, inside)


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
