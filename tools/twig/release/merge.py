"""Makes one module of several: their statements in order, every global under one name that is free in all."""

import ast
import copy
from collections.abc import Mapping

from twig.release import bindings, places
from twig.release.scopes import GlobalNames, bound, top_level
from twig.release.sources import Source

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.GeneratorExp)


class Merger:
    """`members`: dotted modules in the order of their statements; `placed`: those of earlier bundles."""

    def __init__(
        self, root: str, members: list[str], inside: Mapping[str, Source], placed: Mapping[str, "Merger"]
    ) -> None:
        self.root = root
        self.members = members
        self.inside = inside
        self.placed = dict(placed)
        self.read = {name: bindings.read(inside[name], set(inside)) for name in members}
        self.locals = {name for each in members for name in _locals(inside[each].tree)}
        self.names: dict[tuple[str, str], str] = {}
        self.taken: set[str] = set()
        for each in [root, *reversed(members)]:
            for name in sorted(own(inside[each].tree)):
                self._claim(each, name, keep=each == root)

    def _claim(self, module: str, name: str, keep: bool = False) -> str:
        """The name in the bundle of a module's global, inside and outside ones alike."""
        key = (module, name)
        if key not in self.names:
            new = name
            if not keep and (new in self.taken or new in self.locals):
                new = f"{name}_{module.rpartition('.')[2]}"
            while new in self.taken:
                new += "_"
            self.names[key] = new
            self.taken.add(new)
        return self.names[key]

    def merge(self) -> Source:
        """The bundle, under the name and path of its root."""
        body: list[ast.stmt] = []
        for name in self.members:
            body += self._rewritten(name)
        source = self.inside[self.root]
        tree = ast.Module([*self._imports(), *body], [])
        return Source(self.root, source.path, ast.fix_missing_locations(tree))

    def inner(self) -> set[str]:
        """Names of what the other members bind: nobody outside means them, unless this bundle is shared."""
        members = set(self.members) - {self.root}
        return {new for (module, _), new in self.names.items() if module in members}

    def _rewritten(self, module: str) -> list[ast.stmt]:
        source = self.inside[module]
        tree = copy.deepcopy(source.tree)
        _Rewriter(self, source).visit(tree)
        return [each for each in tree.body if not _is_void(each)]

    def _imports(self) -> list[ast.stmt]:
        """Imports of what lies outside this bundle, once each."""
        found: list[ast.stmt] = []
        wanted: dict[str, list[ast.alias]] = {}
        for (module, name), new in sorted(self.names.items()):
            if module in self.members:
                continue
            module = _on_chip(module)
            if name:
                wanted.setdefault(module, []).append(ast.alias(name, None if new == name else new))
            else:
                found.append(ast.Import([ast.alias(module, None if new == module else new)]))
        return [*found, *(ast.ImportFrom(module, aliases, 0) for module, aliases in wanted.items())]

    def member(self, module: str, name: str) -> str:
        """The bundle's name for a member of any module."""
        if module in self.members:
            target = self.read[module].members.get(name)
            return self.member(*target) if target else self._claim(module, name)
        if module in self.placed:
            merger = self.placed[module]
            return self._claim(merger.root, merger.member(module, name))
        return self._claim(module, name)

    def module(self, name: str) -> str:
        """The bundle's name for a module outside it."""
        return self._claim(name, "") if (name, "") in self.names else self._claim_module(name)

    def _claim_module(self, name: str) -> str:
        new = name.rpartition(".")[2]
        while new in self.taken or new in self.locals:
            new += "_"
        self.names[(name, "")] = new
        self.taken.add(new)
        return new

    def home(self, module: str) -> str:
        """The root of the bundle that holds a module."""
        return self.root if module in self.members else self.placed[module].root

    def holds(self, module: str) -> bool:
        """Whether a module's members are globals of this bundle or of one loaded before."""
        return module in self.members or module in self.placed


def own(tree: ast.Module) -> set[str]:
    """Globals that a module binds itself, not by import."""
    imported = {
        alias.asname or alias.name.split(".")[0]
        for each in top_level(tree)
        if isinstance(each, ast.Import | ast.ImportFrom)
        for alias in each.names
    }
    declared = {name for each in ast.walk(tree) if isinstance(each, ast.Global) for name in each.names}
    return (bound(tree) - imported) | declared


def _locals(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, _SCOPES):
            found |= bound(node)
        if isinstance(node, ast.arg):
            found.add(node.arg)
    return found


def _on_chip(module: str) -> str:
    """Modules outside the slots lie at the root of the chip's file system."""
    package, _, bare = module.rpartition(".")
    return bare if package == "firmware" and bare in places.OUTSIDE else module


def _is_void(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass)


class _Rewriter(GlobalNames):
    """Writes a member's globals under their names in the bundle and takes its imports out."""

    def __init__(self, merger: Merger, source: Source) -> None:
        super().__init__(self._read, self._write)
        self.merger = merger
        self.source = source
        self.bindings = merger.read[source.name]
        self.own = own(source.tree)

    def _write(self, name: str) -> str:
        return self.merger.member(self.source.name, name) if name in self.own else name

    def _read(self, name: str) -> ast.expr | None:
        if name in self.own:
            return ast.Name(self._write(name), ast.Load())
        if name in self.bindings.members:
            return ast.Name(self.merger.member(*self.bindings.members[name]), ast.Load())
        if name in self.bindings.modules:
            module = self.bindings.modules[name]
            if self.merger.holds(module):
                raise self.source.error(ast.Pass(), f"{module} is used as a value")
            return ast.Name(self.merger.module(module), ast.Load())
        return None

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        base = node.value
        if isinstance(base, ast.Name) and not self.is_hidden(base.id):
            module = self.bindings.modules.get(base.id)
            if module and self.merger.holds(module):
                return ast.Name(self.merger.member(module, node.attr), node.ctx)
        return self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> ast.AST:
        return node if self.hidden else ast.Pass()

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        if not self.hidden:
            return ast.Pass()
        module = bindings.absolute(self.source, node)
        for alias in node.names:
            inner = f"{module}.{alias.name}"
            if self.merger.holds(inner) and self.merger.home(inner) != inner:
                raise self.source.error(node, f"{alias.name} is loaded anyway; import it at the top")
        if self.merger.holds(module):
            node.module, node.level = self.merger.home(module), 0
            for alias in node.names:
                alias.asname = alias.asname or alias.name
                alias.name = self.merger.member(module, alias.name)
        return node
