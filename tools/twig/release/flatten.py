"""Takes the packages out of a slot: `firmware.links.hub` becomes the module `fw_hub` at its root.

A package costs about 250 bytes of heap and each dotted name its length; a chip has no use for either. Strings
that are dotted names, or begin one ("firmware.modes."), are rewritten too: `lazy` and `record` load by name.
"""

import ast
import re
from collections.abc import Mapping

from twig.release import bindings
from twig.release.errors import ReleaseError
from twig.release.sources import Source

FLAT = "fw_"
DOTTED = re.compile(r"firmware\.(?:[a-z_]+\.)*[a-z_]*")


def flat_names(names: list[str]) -> dict[str, str]:
    """Dotted name -> flat name; ReleaseError when two modules would be one."""
    flat: dict[str, str] = {}
    for name in names:
        new = FLAT + name.rpartition(".")[2]
        if new in flat.values():
            twin = next(old for old, taken in flat.items() if taken == new)
            raise ReleaseError(f"{name} and {twin} have the same last name; a slot has room for one of them")
        flat[name] = new
    return flat


def flatten(sources: Mapping[str, Source], inside: list[Source]) -> None:
    """Give the modules of a slot their flat names, and all modules of the image the flat imports."""
    flat = flat_names([source.name for source in inside])
    for source in sources.values():
        _Flattener(source, flat).visit(source.tree)
        ast.fix_missing_locations(source.tree)
    for source in inside:
        source.name = flat[source.name]


class _Flattener(ast.NodeTransformer):
    def __init__(self, source: Source, flat: Mapping[str, str]) -> None:
        self.source = source
        self.flat = flat

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if isinstance(node.value, str) and DOTTED.fullmatch(node.value):
            return ast.Constant(FLAT + node.value.rpartition(".")[2])
        return node

    def visit_Import(self, node: ast.Import) -> ast.Import:
        for alias in node.names:
            if alias.name in self.flat:
                if not alias.asname:
                    raise self.source.error(node, f"write `from ... import` for {alias.name}")
                alias.name = self.flat[alias.name]
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | list[ast.stmt]:
        module = bindings.absolute(self.source, node)
        if module in self.flat:
            node.module, node.level = self.flat[module], 0
            return node
        modules = [alias for alias in node.names if f"{module}.{alias.name}" in self.flat]
        rest = [alias for alias in node.names if alias not in modules]
        found: list[ast.stmt] = [
            ast.Import([ast.alias(self.flat[f"{module}.{alias.name}"], alias.asname or alias.name)])
            for alias in modules
        ]
        return [*found, *([ast.ImportFrom(node.module, rest, node.level)] if rest else [])]
