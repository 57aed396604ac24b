"""Gives the modules of a slot names that lie in the chip's ROM: last of all, as their names are texts too."""

import ast
import sys
from collections.abc import Mapping

from twig.release.explain import Names
from twig.release.flatten import FLAT
from twig.release.names import ROM, texts, usable
from twig.release.sources import Source

# What the chip imports from elsewhere: a file of such a name would be found in its place, or never.
BUILT_IN = {
    *("cryptolib", "deflate", "esp", "flashbdev", "framebuf", "hashlib", "inisetup", "lwip", "machine"),
    *("micropython", "network", "os", "uctypes", "vfs", "websocket", "webrepl", "main", "boot"),
} | set(sys.stdlib_module_names)


def shorten(inside: list[Source], outside: list[Source], names: Names) -> Names:
    """Rename the modules `fw_...` in all trees; those that a text outside a slot names lose the prefix."""
    new = _new_names(inside, outside)
    for source in [*inside, *outside]:
        _Renamer(new).visit(source.tree)
    for source in inside:
        source.name = new.get(source.name, source.name)
    own = {new.get(name, name).rpartition(".")[2]: table for name, table in names.own.items()}
    return Names(names.shared, own, {short: old for old, short in new.items()})


def _new_names(inside: list[Source], outside: list[Source]) -> dict[str, str]:
    flat = [source.name for source in inside if source.name.startswith(FLAT)]
    said = {text for source in outside for text in texts(source.tree)}
    taken = {source.name.split(".")[0] for source in inside} | {source.name for source in outside} | said
    good = said | (ROM - BUILT_IN - taken)
    new = {name: name.removeprefix(FLAT) for name in flat if name.removeprefix(FLAT) in good}
    free = usable(BUILT_IN | taken | set(new.values()))
    return new | dict(zip([name for name in flat if name not in new], free, strict=False))


class _Renamer(ast.NodeTransformer):
    """`firmware.modes.` has become FLAT, which now is nothing."""

    def __init__(self, new: Mapping[str, str]) -> None:
        self.new = {**new, FLAT: ""} if new else {}

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if isinstance(node.value, str):
            node.value = self.new.get(node.value, node.value)
        return node

    def visit_Import(self, node: ast.Import) -> ast.Import:
        for alias in node.names:
            if alias.name in self.new:
                alias.asname = alias.asname or alias.name
                alias.name = self.new[alias.name]
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        node.module = self.new.get(node.module or "", node.module)
        return node
