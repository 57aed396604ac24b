"""Takes out of a syntax tree what a chip has no use for: docstrings, annotations, type-checking blocks."""

import ast

from twig.release.places import CPYTHON_SUFFIX
from twig.release.sources import Source, is_docstring

# The chip has none of these modules.
TYPING_MODULES = ("typing", "typing_extensions", "collections.abc", "types", "__future__")
CHECKING = "TYPE_CHECKING"


def strip(source: Source) -> None:
    """Strip the tree in place; SourceError where a typing name is still needed afterwards."""
    before = loads(source.tree)
    stripper = _Stripper()
    stripper.visit(source.tree)
    after = loads(source.tree)
    gone = {name for name in before if name not in after}
    drop_imports(source.tree, gone)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name) and node.id in stripper.typing_names:
            text = f"{node.id} comes from typing, which the chip has not; use it in annotations only"
            raise source.error(node, text)


def loads(tree: ast.AST) -> set[str]:
    """Names that are read somewhere in the tree."""
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return {node.id for node in names if isinstance(node.ctx, ast.Load)}


def drop_imports(tree: ast.AST, names: set[str]) -> None:
    """Remove imports that bind one of the names, and fill bodies that become empty."""
    _ImportDropper(names).visit(tree)


def local_name(alias: ast.alias) -> str:
    """The name that an import binds."""
    return alias.asname or alias.name.split(".")[0]


def fill(node: ast.AST) -> ast.AST:
    """Put `pass` into a body that has lost its last statement; a module may stay empty."""
    if not isinstance(node, ast.Module) and getattr(node, "body", None) == []:
        node.body = [ast.Pass()]  # type: ignore[attr-defined]
    return node


class _ImportDropper(ast.NodeTransformer):
    def __init__(self, names: set[str]) -> None:
        self.names = names

    def generic_visit(self, node: ast.AST) -> ast.AST:
        return fill(super().generic_visit(node))

    def visit_Import(self, node: ast.Import) -> ast.AST | None:
        return self._keep(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return self._keep(node)

    def _keep(self, node: ast.Import | ast.ImportFrom) -> ast.AST | None:
        node.names = [alias for alias in node.names if local_name(alias) not in self.names]
        return node if node.names else None


class _Stripper(ast.NodeTransformer):
    def __init__(self) -> None:
        self.typing_names: set[str] = set()
        self.casts: set[str] = set()

    def generic_visit(self, node: ast.AST) -> ast.AST:
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and _documented(node) and is_docstring(body[0]):
            del body[0]
        return fill(super().generic_visit(node))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        plain = ast.copy_location(ast.Assign([node.target], node.value), node)
        return self.generic_visit(plain)

    def visit_Assign(self, node: ast.Assign) -> ast.AST | None:
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        if names == [CHECKING]:
            return None
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        if _is_checking(node.test):
            self.generic_visit(node)
            return node.orelse
        return self.generic_visit(node)

    def visit_Try(self, node: ast.Try) -> ast.AST | list[ast.stmt]:
        if all(isinstance(each, ast.ImportFrom | ast.Import) and _is_typing(each) for each in node.body):
            for each in node.body:
                self.visit(each)
            return [*node.orelse, *node.finalbody]
        self.generic_visit(node)
        if node.handlers and all(_is_for_cpython(each) for each in node.handlers):
            return [*node.body, *node.orelse, *node.finalbody]
        return node

    def visit_Import(self, node: ast.Import) -> ast.AST | None:
        return self._import(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return self._import(node)

    def _import(self, node: ast.Import | ast.ImportFrom) -> ast.AST | None:
        if not _is_typing(node):
            return node
        for alias in node.names:
            kind = self.casts if alias.name == "cast" else self.typing_names
            kind.add(local_name(alias))
        return None

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in self.casts and len(node.args) == 2:
            return node.args[1]
        return node


def _documented(node: ast.AST) -> bool:
    return isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)


def _is_for_cpython(handler: ast.ExceptHandler) -> bool:
    """Whether a handler only imports what stands in for the chip under CPython."""
    return all(
        isinstance(each, ast.ImportFrom) and (each.module or "").endswith(CPYTHON_SUFFIX)
        for each in handler.body
    )


def _is_checking(test: ast.expr) -> bool:
    if isinstance(test, ast.Attribute):
        return test.attr == CHECKING
    return isinstance(test, ast.Name) and test.id == CHECKING


def _is_typing(node: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.level == 0 and node.module in TYPING_MODULES
    return all(alias.name in TYPING_MODULES for alias in node.names)
