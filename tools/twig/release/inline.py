"""Writes constants in the place of their names, and removes what is not needed then."""

import ast

from twig.release import bindings, places
from twig.release.bindings import imports
from twig.release.constants import Constants
from twig.release.settle import asked, settle
from twig.release.sources import Source
from twig.release.strip import drop_imports, fill, loads, strip


def prepare(sources: dict[str, Source]) -> dict[str, Source]:
    """The whole pass over all modules of an image, in place; returns those that are left with code."""
    for source in sources.values():
        strip(source)
    settle(sources)
    constants = Constants(sources)
    before = {name: loads(source.tree) for name, source in sources.items()}
    for name, source in sources.items():
        _Inliner(constants, name).visit(source.tree)
        _Outside(source).visit(source.tree)
    still = asked(sources)
    for name, source in sources.items():
        _clean(constants, name, source, before[name], still)
    imported = {target for source in sources.values() for target in imports(source)}
    kept = {name: source for name, source in sources.items() if source.tree.body or name in imported}
    for source in kept.values():
        ast.fix_missing_locations(source.tree)
    return kept


def _clean(constants: Constants, name: str, source: Source, before: set[str], still: set[str]) -> None:
    names = constants.bindings[name]
    source.tree.body = [each for each in source.tree.body if not _is_spent(constants, name, each, still)]
    after = loads(source.tree)
    spent = {each for each in names.members if constants.member(name, each) is not None and each not in still}
    spent |= {each for each in before & set(names.modules) if each not in after and each not in names.lines}
    drop_imports(source.tree, spent)


def _is_spent(constants: Constants, module: str, statement: ast.stmt, still: set[str]) -> bool:
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return False
    target = statement.targets[0]
    if not isinstance(target, ast.Name) or target.id in still:
        return False
    return constants.member(module, target.id) is not None


class _Inliner(ast.NodeTransformer):
    def __init__(self, constants: Constants, module: str) -> None:
        self.constants = constants
        self.module = module

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return self._value(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.ctx, ast.Load):
            value = self._value(node)
            return value if value is not node else self.generic_visit(node)
        if self.constants.look_up(self.module, node) is not None:
            source = self.constants.sources[self.module]
            raise source.error(node, f"{node.attr} is a constant of another module; it cannot be changed")
        return self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        self.generic_visit(node)
        node.values = [_plain(part) for part in node.values]
        return node

    def _value(self, node: ast.Name | ast.Attribute) -> ast.AST:
        if not isinstance(node.ctx, ast.Load):
            return node
        value = self.constants.look_up(self.module, node)
        return node if value is None else ast.copy_location(_literal(value), node)


def _literal(value: int | str | bytes) -> ast.expr:
    if isinstance(value, int) and value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def _plain(part: ast.expr) -> ast.expr:
    """A constant inside {} becomes text of the f-string: the chip's parser takes no nested quotes."""
    if not isinstance(part, ast.FormattedValue) or part.conversion != -1 or part.format_spec is not None:
        return part
    inner = part.value
    known = isinstance(inner, ast.Constant) and isinstance(inner.value, int | str)
    return ast.Constant(str(inner.value)) if known else part  # type: ignore[attr-defined]


class _Outside(ast.NodeTransformer):
    """Imports of modules outside the slots by the bare names that they have on the chip."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def generic_visit(self, node: ast.AST) -> ast.AST:
        return fill(super().generic_visit(node))

    def visit_Import(self, node: ast.Import) -> ast.AST:
        for alias in node.names:
            package, _, bare = alias.name.rpartition(".")
            if package == "firmware" and bare in places.OUTSIDE:
                if alias.asname is None:
                    raise self.source.error(node, f"write `from firmware import {bare}`")
                alias.name = bare
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | list[ast.stmt] | None:
        module = bindings.absolute(self.source, node)
        package, _, bare = module.rpartition(".")
        if package == "firmware" and bare in places.OUTSIDE:
            node.module, node.level = bare, 0
            return node
        if module != "firmware":
            return node
        bares = [alias for alias in node.names if alias.name in places.OUTSIDE]
        node.names = [alias for alias in node.names if alias not in bares]
        imports: list[ast.stmt] = [ast.Import(bares)] if bares else []
        return [node, *imports] if node.names else imports
