"""Puts the core of asyncio in the place of the package when nothing else of it is left: a module less."""

import ast

from twig.release.shake import PACKAGE
from twig.release.sources import Source

CORE = "core"
INNER = f"{PACKAGE}.{CORE}"


def single(parts: list[Source], users: list[Source]) -> list[Source]:
    """The core alone, its imports in `users` rewritten; the parts as they are where more of them is left."""
    by_name = {source.name: source for source in parts}
    if set(by_name) != {PACKAGE, INNER} or not _is_empty(by_name[PACKAGE]):
        return parts
    if any(_needs_package(source.tree) for source in users):
        return parts
    for source in users:
        _Rewriter().visit(source.tree)
        ast.fix_missing_locations(source.tree)
    core = by_name[INNER]
    return [Source(PACKAGE, core.path, core.tree)]


def _is_empty(package: Source) -> bool:
    """Whether it does nothing but take everything from the core."""
    return [ast.unparse(each) for each in package.tree.body] == [f"from .{CORE} import *"]


def _needs_package(tree: ast.AST) -> bool:
    """Whether the core is reached in another way than by `from asyncio import core` and its like."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(alias.name == INNER for alias in node.names):
            return True
        if isinstance(node, ast.Attribute) and ast.unparse(node) == INNER:
            return True
        if isinstance(node, ast.Constant) and node.value == INNER:
            return True
    return False


class _Rewriter(ast.NodeTransformer):
    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | list[ast.stmt]:
        if node.level or node.module not in (PACKAGE, INNER):
            return node
        cores = [alias for alias in node.names if node.module == PACKAGE and alias.name == CORE]
        rest = [alias for alias in node.names if alias not in cores]
        found: list[ast.stmt] = [ast.Import([ast.alias(PACKAGE, alias.asname or CORE)]) for alias in cores]
        return [*found, *([ast.ImportFrom(PACKAGE, rest, 0)] if rest else [])]
