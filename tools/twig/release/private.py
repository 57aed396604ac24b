"""Names that only one module says: the globals that no other spells, and those that are called by a text.

In each module they may bear any name that the module does not spell otherwise. A text names the function of
`lazy.call("module", "function")`; it is renamed too."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from twig.release.scopes import GlobalNames, bound, top_level
from twig.release.sources import Source

Function = ast.FunctionDef | ast.AsyncFunctionDef


def candidates(slot: list[Source]) -> set[str]:
    """Names that are nothing but functions and variables of modules, each used in its own module only."""
    found = {name for source in slot for name in _globals(source.tree)}
    return found - {name for source in slot for name in _known_outside(source.tree)}


def share(source: Source, names: set[str], usable: Iterable[str]) -> dict[str, str]:
    """Rename those globals of a module to `usable` names, which it does not spell yet; old name -> new."""
    own = [name for name in _globals(source.tree) if name in names]
    table = dict(zip(own, usable, strict=False))
    _Renamer(table).visit(source.tree)
    return table


def calls(tree: ast.AST, modules: set[str]) -> Iterator[tuple[str, ast.Constant]]:
    """(module, text with the function's name) of each call by texts."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and len(node.args) > 1:
            module, function = node.args[:2]
            if _text(module) in modules and _text(function):
                yield _text(module), cast(ast.Constant, function)


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def rename_calls(slot: list[Source], shared: Mapping[str, str], own: Mapping[str, Mapping[str, str]]) -> None:
    """Give the texts of calls the new names of their functions; the tables are old name -> new."""
    modules = {source.name for source in slot}
    for source in slot:
        for module, text in calls(source.tree, modules):
            name = str(text.value)
            text.value = own.get(module, {}).get(name) or shared.get(name, name)


def _globals(tree: ast.Module) -> list[str]:
    """Functions and variables of a module, not its classes: messages name those anywhere."""
    nodes = list(ast.walk(tree))
    names = bound(tree) | {name for node in nodes if isinstance(node, ast.Global) for name in node.names}
    return sorted(names - {node.name for node in nodes if isinstance(node, ast.ClassDef)})


def _known_outside(tree: ast.Module) -> Iterator[str]:
    """What other modules may say of a global, and what is none: attributes, arguments, members of classes."""
    first = {id(node) for node in top_level(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.arg | ast.keyword):
            yield node.arg or ""
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ClassDef):
            yield node.name
            yield from bound(node)
        elif isinstance(node, Function) and id(node) not in first:
            yield node.name


class _Renamer(GlobalNames):
    def __init__(self, table: Mapping[str, str]) -> None:
        self.table = table
        super().__init__(lambda name: ast.Name(self._new(name), ast.Load()), self._new)

    def _new(self, name: str) -> str:
        return self.table.get(name, name)

    def visit_alias(self, node: ast.alias) -> ast.alias:
        local = node.asname or node.name.split(".")[0]
        if not self.is_hidden(local) and local in self.table:
            node.asname = self.table[local]
        return node
