"""What the names of a module stand for: which lines bind them, and what its imports mean."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from twig.release import places
from twig.release.sources import Source


@dataclass
class Bindings:
    """`lines`: every binding of a name except by import; `members`: imported name -> (module, member);
    `modules`: imported name -> dotted module; `clashes`: names that two imports bind differently."""

    lines: dict[str, list[ast.AST]] = field(default_factory=dict)
    members: dict[str, tuple[str, str]] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    clashes: dict[str, ast.AST] = field(default_factory=dict)


def canonical(module: str) -> str:
    """Modules outside the slots are imported by bare name; their sources are in firmware/."""
    return f"firmware.{module}" if module in places.OUTSIDE else module


def absolute(source: Source, node: ast.ImportFrom) -> str:
    """The dotted module that `from ... import` names, relative ones resolved."""
    if not node.level:
        return canonical(node.module or "")
    parts = source.name.split(".")
    parts = parts[: len(parts) - node.level + (1 if source.package else 0)]
    return ".".join([*parts, node.module] if node.module else parts)


def imports(source: Source) -> set[str]:
    """Dotted names that a module may import: of `from a import b` both a and a.b."""
    found: set[str] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            found.update(canonical(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = absolute(source, node)
            found.add(module)
            found.update(f"{module}.{alias.name}" for alias in node.names)
    return found


def read(source: Source, known: set[str]) -> Bindings:
    """The bindings of a module; `known` are the dotted modules of the image."""
    found = Bindings()
    for node in ast.walk(source.tree):
        for name in _bound(node):
            found.lines.setdefault(name, []).append(node)
        if isinstance(node, ast.ImportFrom):
            _read_from(source, node, known, found)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.split(".")[0]
                dotted = alias.name if alias.asname else name
                _put(found, node, name, canonical(dotted), None)
    return found


def _read_from(source: Source, node: ast.ImportFrom, known: set[str], found: Bindings) -> None:
    module = absolute(source, node)
    for alias in node.names:
        if alias.name == "*":
            raise source.error(node, "import the names that are needed, not *")
        inner = f"{module}.{alias.name}"
        name = alias.asname or alias.name
        if inner in known or any(each.startswith(inner + ".") for each in known):
            _put(found, node, name, inner, None)
        else:
            _put(found, node, name, module, alias.name)


def _put(found: Bindings, node: ast.AST, name: str, module: str, member: str | None) -> None:
    old = found.modules.get(name) or found.members.get(name)
    new = module if member is None else (module, member)
    if old is not None and old != new:
        found.clashes[name] = node
    elif member is None:
        found.modules[name] = module
    else:
        found.members[name] = (module, member)


def _bound(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler):
        yield node.name or ""
    elif isinstance(node, ast.Global | ast.Nonlocal):
        yield from node.names
