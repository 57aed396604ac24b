"""Leaves out of bundles the functions and classes that nothing names."""

import ast
from collections.abc import Iterable, Mapping

from twig.release.shake import Definition, spelled
from twig.release.sources import Source
from twig.release.strip import drop_imports, loads, local_name


def drop_unused(bundles: Mapping[str, Source], outside: Iterable[Source]) -> None:
    """Trim in place; what another bundle or a module `outside` spells, in texts too, stays."""
    said = {source.name: set(spelled(source.tree)) for source in [*bundles.values(), *outside]}
    for source in bundles.values():
        others = set().union(*(names for name, names in said.items() if name != source.name), _texts(source))
        others -= source.inner
        _trim(source.tree, others)
        _drop_imports(source.tree, others)


def _texts(source: Source) -> set[str]:
    """Names in the bundle's own texts: it may load itself by name."""
    texts = (node.value for node in ast.walk(source.tree) if isinstance(node, ast.Constant))
    return {text for text in texts if isinstance(text, str)}


def _trim(tree: ast.Module, others: set[str]) -> None:
    needed = [each for each in tree.body if not isinstance(each, Definition) or each.name in others]
    pending = list(needed)
    named: set[str] = set()
    while pending:
        named |= _named(pending.pop())
        found = [each for each in tree.body if _is_new(each, named, needed)]
        needed += found
        pending += found
    tree.body = [each for each in tree.body if each in needed]


def _is_new(statement: ast.stmt, named: set[str], needed: list[ast.stmt]) -> bool:
    return isinstance(statement, Definition) and statement.name in named and statement not in needed


def _named(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _drop_imports(tree: ast.Module, others: set[str]) -> None:
    bound = {
        local_name(alias)
        for each in tree.body
        if isinstance(each, ast.Import | ast.ImportFrom)
        for alias in each.names
    }
    drop_imports(tree, bound - loads(tree) - others)
