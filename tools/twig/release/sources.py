"""Finds and parses the firmware sources that an image is made of."""

import ast
from dataclasses import dataclass, field
from pathlib import Path

from twig.release import places
from twig.release.errors import ReleaseError, SourceError

BOARDS_PACKAGE = "firmware.board"
# A file of firmware/board/ that binds this name describes one board; the others are common to all.
BOARD_MARK = "MODEL"


@dataclass
class Source:
    """One module: dotted name, file for messages, syntax tree; a package's name is that of its folder.

    `inner`: globals that no other module can mean, whatever it spells.
    """

    name: str
    path: Path
    tree: ast.Module
    package: bool = False
    inner: set[str] = field(default_factory=set)

    def error(self, node: ast.AST, text: str) -> SourceError:
        """An error that points at the node's line."""
        return SourceError(places.shown(self.path), getattr(node, "lineno", 1), text)


def parse(name: str, path: Path, package: bool = False) -> Source:
    """Read one module; SourceError for a syntax error."""
    try:
        return Source(name, path, ast.parse(path.read_text("utf-8")), package)
    except SyntaxError as error:
        raise SourceError(places.shown(path), error.lineno or 1, error.msg) from None


def boards(root: Path = places.ROOT) -> list[str]:
    """Names of the boards that images can be built for."""
    files = sorted((root / "firmware" / "board").glob("*.py"))
    return [path.stem for path in files if _is_board(parse(path.stem, path))]


def firmware(board: str, root: Path = places.ROOT) -> dict[str, Source]:
    """All modules for that board by dotted name, those outside the slots and the scripts included."""
    found = {}
    for path in sorted((root / "firmware").rglob("*.py")):
        source = _wanted(path, root, board)
        if source:
            found[source.name] = source
    if places.THIS_BOARD not in found:
        names = ", ".join(boards(root)) or "none"
        raise ReleaseError(f"no board {board!r}; firmware/board/ has: {names}")
    for script in places.SCRIPTS:
        path = root / f"{script}.py"
        if path.exists():
            found[script] = parse(script, path)
    return found


def _wanted(path: Path, root: Path, board: str) -> Source | None:
    parts = path.relative_to(root).with_suffix("").parts
    package = parts[-1] == "__init__"
    name = ".".join(parts[:-1] if package else parts)
    if name in places.HUB_ONLY or name.endswith(places.CPYTHON_SUFFIX):
        return None
    source = parse(name, path, package)
    if package and not _has_code(source.tree):
        return None
    if name.startswith(BOARDS_PACKAGE + ".") and _is_board(source):
        if parts[-1] != board:
            return None
        source.name = places.THIS_BOARD
    return source


def _has_code(tree: ast.Module) -> bool:
    return any(not is_docstring(statement) for statement in tree.body)


def is_docstring(statement: ast.stmt) -> bool:
    """Whether the statement is nothing but a string."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _is_board(source: Source) -> bool:
    targets = [
        target.id
        for statement in source.tree.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    ]
    return BOARD_MARK in targets
