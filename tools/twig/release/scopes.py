"""Rewrites the global names of a module and leaves those of functions, classes and comprehensions."""

import ast
from collections.abc import Callable, Iterator

# New expression for a global name that is read, or None to keep it.
Reader = Callable[[str], ast.expr | None]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def top_level(tree: ast.Module) -> Iterator[ast.stmt]:
    """All statements that run when the module is imported, those inside `try` and `if` too."""
    pending = list(tree.body)
    while pending:
        statement = pending.pop(0)
        yield statement
        for field in ("body", "orelse", "finalbody", "handlers"):
            if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                pending += [each for each in getattr(statement, field, []) if isinstance(each, ast.stmt)]
                for handler in getattr(statement, field, []):
                    pending += handler.body if isinstance(handler, ast.ExceptHandler) else []


def bound(node: ast.AST) -> set[str]:
    """Names that the statements and expressions below a node bind in their own scope."""
    found: set[str] = set()
    pending = list(ast.iter_child_nodes(node))
    while pending:
        each = pending.pop()
        if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load):
            found.add(each.id)
        elif isinstance(each, ast.ExceptHandler) and each.name:
            found.add(each.name)
        elif isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(each.name)
            continue
        elif isinstance(each, ast.Import | ast.ImportFrom):
            found.update(alias.asname or alias.name.split(".")[0] for alias in each.names)
        if not isinstance(each, (*_FUNCTIONS, *_COMPREHENSIONS)):
            pending += ast.iter_child_nodes(each)
    return found


class GlobalNames(ast.NodeTransformer):
    """`read` gives what a global name becomes where it is read, `write` its new name where it is bound."""

    def __init__(self, read: Reader, write: Callable[[str], str]) -> None:
        self.read = read
        self.write = write
        # Per scope around: name -> True for its own, False for a global that it declares.
        self.hidden: list[dict[str, bool]] = []

    def is_hidden(self, name: str) -> bool:
        """Whether the name is a local one of some scope around."""
        return next((scope[name] for scope in reversed(self.hidden) if name in scope), False)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if self.is_hidden(node.id):
            return node
        if isinstance(node.ctx, ast.Load):
            return self.read(node.id) or node
        node.id = self.write(node.id)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        if node.name and not self.is_hidden(node.name):
            node.name = self.write(node.name)
        return self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> ast.Global:
        node.names = [self.write(name) for name in node.names]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return self._function(node)

    def _function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, method: bool = False
    ) -> ast.AST:
        if not isinstance(node, ast.Lambda):
            if not method:
                self._name(node)
            node.decorator_list = [self.visit(each) for each in node.decorator_list]
        node.args.defaults = [self.visit(each) for each in node.args.defaults]
        node.args.kw_defaults = [each and self.visit(each) for each in node.args.kw_defaults]
        self.hidden.append(_scope(node))
        if isinstance(node, ast.Lambda):
            node.body = self.visit(node.body)
        else:
            node.body = self._statements(node.body)
        self.hidden.pop()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self._name(node)
        node.bases = [self.visit(each) for each in node.bases]
        body: list[ast.stmt] = []
        for each in node.body:  # the names of a class are not seen by its methods
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                self._function(each, method=True)
                body.append(each)
            else:
                self.hidden.append(dict.fromkeys(bound(node), True))
                body += self._statements([each])
                self.hidden.pop()
        node.body = body
        return node

    def _name(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        if node.name and not self.is_hidden(node.name):
            node.name = self.write(node.name)

    def _statements(self, body: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for each in body:
            new = self.visit(each)
            found += new if isinstance(new, list) else [new] if new else []
        return found or [ast.Pass()]

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if not isinstance(node, _COMPREHENSIONS):
            return super().generic_visit(node)
        first = node.generators[0]
        first.iter = self.visit(first.iter)  # it is read outside
        hidden = {name: True for each in node.generators for name in _targets(each.target)}
        outer, first.iter = first.iter, ast.Constant(None)
        self.hidden.append(hidden)
        super().generic_visit(node)
        self.hidden.pop()
        first.iter = outer
        return node


def _targets(target: ast.expr) -> set[str]:
    return {each.id for each in ast.walk(target) if isinstance(each, ast.Name)}


def _scope(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> dict[str, bool]:
    args = node.args
    names = {each.arg for each in [*args.posonlyargs, *args.args, *args.kwonlyargs]}
    names |= {each.arg for each in (args.vararg, args.kwarg) if each}
    return dict.fromkeys(names | bound(node), True) | dict.fromkeys(_declared(node), False)


def _declared(node: ast.AST) -> Iterator[str]:
    """Names of the global statements of a function itself."""
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.Global):
            yield from each.names
        elif not isinstance(each, (*_FUNCTIONS, ast.ClassDef)):
            yield from _declared(each)
