"""Makes slices of longer texts of the short ones in modules that are forgotten: MicroPython would keep them.

It keeps each text of at most 10 bytes that a module spells for good, with the names, and a table of them
costs 1 KB at once. What is spelled elsewhere too, or lies in ROM, is kept anyway.
"""

import ast
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from twig.release.bundle import MODES, RESIDENT
from twig.release.flatten import FLAT
from twig.release.names import ROM, identifiers, texts
from twig.release.sources import Source

KEPT_MAX = 10  # bytes; MICROPY_ALLOC_PARSE_INTERN_STRING_LEN
STAY = {FLAT + name.rpartition(".")[2] for name in (*RESIDENT, *MODES)}


def lengthen(inside: Iterable[Source], outside: Iterable[Source]) -> None:
    """Rewrite the texts in the trees of a slot's forgotten modules; those of libraries are left alone."""
    inside, outside = list(inside), list(outside)
    forgotten = [source for source in inside if source.name.startswith(FLAT) and source.name not in STAY]
    stay = [source for source in [*inside, *outside] if source not in forgotten]
    kept = ROM | {source.name for source in inside} | {text for source in stay for text in texts(source.tree)}
    writer = _Writer(kept | {name for source in inside for name in identifiers(source.tree)})
    for source in forgotten:
        ast.fix_missing_locations(writer.visit(source.tree))


class _Writer(ast.NodeTransformer):
    def __init__(self, kept: AbstractSet[str]) -> None:
        self.kept = kept

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, str) or node.value in self.kept or not _is_short(node.value):
            return node
        padded = ast.Constant(node.value.ljust(KEPT_MAX + 1))
        return ast.Subscript(padded, ast.Slice(upper=ast.Constant(len(node.value))), ast.Load())


def _is_short(text: str) -> bool:
    return text.isascii() and 0 < len(text) <= KEPT_MAX
