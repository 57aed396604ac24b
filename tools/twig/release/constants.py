"""Finds the constants of all modules: UPPER_CASE names bound once, by a statement of the module itself."""

import ast
import re

from twig.release import bindings
from twig.release.bindings import Bindings
from twig.release.fold import Value, fold
from twig.release.sources import Source

NAME = re.compile(r"_*[A-Z][A-Z0-9_]*$")


class Constants:
    """The constants of a program; SourceError for one that is bound twice or defined by itself."""

    def __init__(self, sources: dict[str, Source]) -> None:
        self.sources = sources
        self.bindings: dict[str, Bindings] = {}
        self._defined: dict[str, dict[str, ast.Assign]] = {}
        self._values: dict[tuple[str, str], Value | None] = {}
        self._busy: set[tuple[str, str]] = set()
        for name, source in sources.items():
            self.bindings[name] = bindings.read(source, set(sources))
            self._defined[name] = _assignments(source)
        self._check_single()

    def look_up(self, module: str, node: ast.expr) -> Value | None:
        """The value of a name or of `module.NAME` as read in that module; None when it is no constant."""
        if isinstance(node, ast.Name):
            return self.member(module, node.id)
        if isinstance(node, ast.Attribute) and NAME.match(node.attr):
            target = self.module(module, node.value)
            return self.member(target, node.attr) if target else None
        return None

    def module(self, module: str, node: ast.expr) -> str | None:
        """The dotted module that an expression stands for, or None."""
        names = self.bindings[module]
        if isinstance(node, ast.Name):
            if node.id in names.lines or node.id in names.clashes:
                return None
            return names.modules.get(node.id)
        if isinstance(node, ast.Attribute):
            outer = self.module(module, node.value)
            inner = f"{outer}.{node.attr}" if outer else None
            known = inner and any(each == inner or each.startswith(inner + ".") for each in self.sources)
            return inner if known else None
        return None

    def member(self, module: str, name: str) -> Value | None:
        """The value of a constant of that module, defined there or imported; None when there is none."""
        if module not in self.sources or not NAME.match(name):
            return None
        key = (module, name)
        if key not in self._values:
            if key in self._busy:
                node = self._defined[module].get(name) or self.sources[module].tree
                raise self.sources[module].error(node, f"{name} is defined by itself")
            self._busy.add(key)
            self._values[key] = self._evaluate(module, name)
            self._busy.discard(key)
        return self._values[key]

    def _evaluate(self, module: str, name: str) -> Value | None:
        names = self.bindings[module]
        if name in self._defined[module]:
            return fold(self._defined[module][name].value, lambda node: self.look_up(module, node))
        if name not in names.members:
            return None
        value = self.member(*names.members[name])
        if value is not None and (name in names.lines or name in names.clashes):
            node = names.clashes.get(name) or names.lines[name][0]
            text = f"{name} is an imported constant; bind no other {name} here"
            raise self.sources[module].error(node, text)
        return value

    def _check_single(self) -> None:
        for module, defined in self._defined.items():
            for name, node in defined.items():
                others = [each for each in self.bindings[module].lines[name] if each is not node.targets[0]]
                imported = name in self.bindings[module].members
                if self.member(module, name) is not None and (others or imported):
                    where = (
                        f" (also at line {getattr(others[0], 'lineno', 1)})"
                        if others
                        else " (it is imported)"
                    )
                    text = f"{name} is bound twice{where}; a constant is bound once"
                    raise self.sources[module].error(node, text)


def _assignments(source: Source) -> dict[str, ast.Assign]:
    """The first assignment of each UPPER_CASE name among the statements of the module itself."""
    found: dict[str, ast.Assign] = {}
    for statement in source.tree.body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name) and NAME.match(target.id):
                found.setdefault(target.id, statement)
    return found
