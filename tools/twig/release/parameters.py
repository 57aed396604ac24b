"""Gives parameters names that their module holds anyway: in a module's table each name more costs 2 bytes.

Nobody sees the name of a parameter that is passed by its place. It may be that of any attribute, function or
class of the same module, as long as its function, with all functions inside, spells no other variable so."""

import ast
from collections.abc import Iterable, Iterator

from twig.release.sources import Source

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
# No function of ours. Any other name that is called with ** and is no function may stand for each of them.
BUILTIN = {"dict"}
# These see variables by their names.
LOOKING = {"locals", "eval", "exec", "vars"}


def reuse(slot: Iterable[Source], outside: Iterable[Source]) -> None:
    """Rename the parameters in the trees of a slot; `outside` are the modules that may call into it."""
    slot = list(slot)
    locked = _locked([source.tree for source in [*slot, *outside]])
    for source in slot:
        held = sorted(set(_held(source.tree)))
        for function in _outermost(source.tree):
            spelled = set(_variables(function))
            if not spelled & LOOKING and not any(
                isinstance(each, ast.ClassDef) for each in ast.walk(function)
            ):
                _rename_in(function, locked, [name for name in held if name not in spelled], set(held))


def _rename_in(function: Function, locked: set[str], free: list[str], held: set[str]) -> None:
    """Rename the parameters of a function and of those inside, each to the next of the names `free`."""
    for each in [node for node in ast.walk(function) if isinstance(node, Function)]:
        fixed = locked | held | _declared(each)
        for name in [arg.arg for arg in _arguments(each) if arg.arg not in fixed]:
            if free:
                _Renamer(name, free.pop(0), each).run()


def _locked(trees: list[ast.Module]) -> set[str]:
    """Names that are passed by keyword, and all parameters of functions and classes called with **."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    found = {keyword.arg for call in calls for keyword in call.keywords if keyword.arg}
    spread = {_called(call) for call in calls if any(keyword.arg is None for keyword in call.keywords)}
    known = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    for node in nodes:
        if isinstance(node, Function) and (spread - known - BUILTIN or getattr(node, "name", "") in spread):
            found.update(arg.arg for arg in _arguments(node))
    return found


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Name):
        return call.func.id
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _held(tree: ast.Module) -> Iterator[str]:
    """Names in the module's table that are there whatever its parameters are called."""
    for node in ast.walk(tree):
        name = getattr(node, "attr", None) or getattr(node, "name", None)
        if isinstance(node, ast.Attribute | Definition) and name and not name.startswith("__"):
            yield name


def _outermost(tree: ast.AST) -> Iterator[Function]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            yield node
        else:
            yield from _outermost(node)


def _variables(function: Function) -> Iterator[str]:
    """Every name of a variable, whether its own or from outside, in a function and those inside."""
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Global | ast.Nonlocal):
            yield from node.names
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.split(".")[0]
        elif (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ExceptHandler)
            and node is not function
        ):
            yield node.name or ""


def _declared(function: Function) -> set[str]:
    """Names of global statements, and what is bound by other nodes than plain names: those stay."""
    found: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Global):
            found.update(node.names)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name.split(".")[0])
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ExceptHandler):
            found.add(node.name or "")
    return found


def _arguments(function: Function) -> list[ast.arg]:
    """The parameters whose names a chip keeps: not those with stars."""
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


class _Renamer(ast.NodeVisitor):
    """Renames one parameter in its function and all functions inside, but not in its own default values."""

    def __init__(self, old: str, new: str, function: Function) -> None:
        self.old = old
        self.new = new
        self.function = function

    def run(self) -> None:
        for arg in ast.walk(self.function.args):
            if isinstance(arg, ast.arg) and arg in _arguments(self.function) and arg.arg == self.old:
                arg.arg = self.new
        body = self.function.body
        for each in body if isinstance(body, list) else [body]:
            self.visit(each)

    def visit_Name(self, node: ast.Name) -> None:
        if node.id == self.old:
            node.id = self.new

    def visit_arg(self, node: ast.arg) -> None:
        if node.arg == self.old:
            node.arg = self.new

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        node.names = [self.new if name == self.old else name for name in node.names]
