"""Settles what the board decides: `if this.BUTTON`, `if this.CHIP == "ESP32"`, and what others need goes.

`this` is the board's module, `from firmware.board import this`. A condition on its literals is decided here;
an import that is left without use goes, then a module that nobody imports any more, and what nobody reads
of the board's own module: it describes the board for tools and pages.
"""

import ast
from typing import Any, TypeGuard

from twig.release import places
from twig.release.bindings import imports
from twig.release.sources import Source
from twig.release.strip import drop_imports, fill, loads

LOOK_UPS = ("getattr", "hasattr")


def settle(sources: dict[str, Source]) -> None:
    """The whole pass, in place."""
    board = sources.get(places.THIS_BOARD)
    if not board:
        return
    values = literals(board.tree)
    named = _named(sources)
    for source in sources.values():
        name = _board_name(source)
        before = loads(source.tree)
        if name:
            _Decider(name, values).visit(source.tree)
            drop_imports(source.tree, before - loads(source.tree))
    _drop_modules(sources, named)
    _drop_values(board.tree, values.keys() - asked(sources))


def literals(tree: ast.Module) -> dict[str, Any]:
    """The names that a module binds to literals, with their values."""
    found: dict[str, Any] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            try:
                found[statement.targets[0].id] = ast.literal_eval(statement.value)
            except ValueError:
                continue  # a call, or a name: nothing that can be known here
    return found


def asked(sources: dict[str, Source]) -> set[str]:
    """Attributes that are read by name, maybe from modules that are passed around as values."""
    found: set[str] = set()
    for source in sources.values():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                found.add(node.attr)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LOOK_UPS:
                found.update(str(arg.value) for arg in node.args if isinstance(arg, ast.Constant))
    return found


def _board_name(source: Source) -> str | None:
    """What the module calls the board's module; None when it does not import that."""
    package, _, member = places.THIS_BOARD.rpartition(".")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module == package:
            for alias in node.names:
                if alias.name == member:
                    return alias.asname or alias.name
    return None


class _Decider(ast.NodeTransformer):
    """Puts the branch that is taken in the place of each condition that is known."""

    def __init__(self, board: str, values: dict[str, Any]) -> None:
        self.board = board
        self.values = values

    def generic_visit(self, node: ast.AST) -> ast.AST:
        return fill(super().generic_visit(node))

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        known = self._known(node.test)
        self.generic_visit(node)
        return node if known is None else node.body if known else node.orelse

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        known = self._known(node.test)
        self.generic_visit(node)
        return node if known is None else node.body if known else node.orelse

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        """What is known and leaves the decision to the operands behind it goes."""
        passes = isinstance(node.op, ast.And)
        *before, last = node.values
        node.values = [*(each for each in before if self._known(each) is not passes), last]
        self.generic_visit(node)
        return node if len(node.values) > 1 else node.values[0]

    def _is_value(self, node: ast.expr) -> TypeGuard[ast.Attribute]:
        return (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == self.board
            and node.attr in self.values
        )

    @staticmethod
    def _equal(value: Any, test: ast.Compare) -> bool | None:
        """`value == constant`; None for every other comparison."""
        other = test.comparators[0]
        alone = len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq)
        return bool(value == other.value) if alone and isinstance(other, ast.Constant) else None

    def _known(self, test: ast.expr) -> bool | None:
        if self._is_value(test):
            return bool(self.values[test.attr])
        if isinstance(test, ast.Compare) and self._is_value(test.left):
            return self._equal(self.values[test.left.attr], test)
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            known = self._known(test.operand)
            return None if known is None else not known
        if isinstance(test, ast.BoolOp):
            ends = isinstance(test.op, ast.Or)
            known_values = [self._known(each) for each in test.values]
            return ends if ends in known_values else None if None in known_values else not ends
        return None


def _named(sources: dict[str, Source]) -> set[str]:
    """Modules that are imported, or named in a text: `lazy` loads by name."""
    nodes = (node for source in sources.values() for node in ast.walk(source.tree))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return texts.union(*(imports(source) for source in sources.values()))


def _drop_modules(sources: dict[str, Source], before: set[str]) -> None:
    """Modules that were named before and are no more."""
    while lost := (sources.keys() & before) - _named(sources) - {places.THIS_BOARD}:
        for name in lost:
            del sources[name]


def _drop_values(tree: ast.Module, names: set[str]) -> None:
    tree.body = [
        each
        for each in tree.body
        if not (isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name))
        or each.targets[0].id not in names
    ]
